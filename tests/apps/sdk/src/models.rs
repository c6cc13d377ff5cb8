//! Models of Custom Labels.

use std::time::Duration;

use aws_sdk_rekognition::Client;
use aws_sdk_rekognition::client::Waiters;
use aws_sdk_rekognition::types::{Image, S3Object};

use crate::Result;

const PROJECT: &str = "arn:aws:rekognition:us-east-1:123456789012:project/parts/1627045542080";
const MODEL: &str =
    "arn:aws:rekognition:us-east-1:123456789012:project/parts/version/v3/1627045549999";

/// Whatever has a client.
pub trait HasClient {
    fn client(&self) -> &Client;
}

pub async fn inspect(app: &impl HasClient) -> Result<()> {
    let client = app.client();
    client
        .start_project_version()
        .project_version_arn(MODEL)
        .min_inference_units(1)
        .send()
        .await?;
    client
        .wait_until_project_version_running()
        .project_arn(PROJECT)
        .version_names("v3")
        .wait(Duration::from_secs(600))
        .await?;
    let part = S3Object::builder()
        .bucket("acme-parts")
        .name("camera-1/latest.jpg")
        .version("3sL4kqtJlcpXroDTDmJ");
    let image = Image::builder().s3_object(part.build()).build();
    let found = client
        .detect_custom_labels()
        .project_version_arn(MODEL)
        .image(image)
        .send()
        .await?;
    println!("{:?}", found.custom_labels());
    client
        .stop_project_version()
        .project_version_arn(MODEL)
        .send()
        .await?;
    Ok(())
}
