//! Stored videos.

use aws_sdk_rekognition::Client;
use aws_sdk_rekognition::types::{NotificationChannel, S3Object, Video};

use crate::Result;

pub async fn start(client: &Client, name: &str) -> Result<String> {
    let channel = NotificationChannel::builder()
        .role_arn("arn:aws:iam::123456789012:role/rekognition-video")
        .sns_topic_arn("arn:aws:sns:us-east-1:123456789012:AmazonRekognition-done")
        .build()?;
    let video =
        Video::builder().s3_object(S3Object::builder().bucket("acme-videos").name(name).build());
    let started = client
        .start_label_detection()
        .video(video.build())
        .notification_channel(channel)
        .send()
        .await?;
    Ok(started.job_id().unwrap_or_default().to_owned())
}

pub async fn finish<C: AsRef<Client>>(client: &C, job: &str) -> Result<usize> {
    let done = client
        .as_ref()
        .get_label_detection()
        .job_id(job)
        .send()
        .await?;
    Ok(done.labels().len())
}
