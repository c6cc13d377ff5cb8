//! The collection of faces.

use aws_sdk_rekognition::Client as Rekognition;
use aws_sdk_rekognition::types::{Image, S3Object};

use crate::Result;
use crate::store::UPLOADS;

const COLLECTION: &str = "staff-faces";

/// The faces of the staff.
pub struct Faces {
    client: Rekognition,
}

impl Faces {
    pub fn new(client: Rekognition) -> Self {
        Self { client }
    }

    pub async fn prepare(&self) -> Result<()> {
        let mut pages = self.client.list_collections().into_paginator().send();
        while let Some(page) = pages.next().await {
            if page?.collection_ids().iter().any(|id| id == COLLECTION) {
                return Ok(());
            }
        }
        self.client
            .create_collection()
            .collection_id(COLLECTION)
            .tags("team", "security")
            .send()
            .await?;
        Ok(())
    }

    pub async fn index(&self, key: &str) -> Result<usize> {
        let mut request = self.client.index_faces().collection_id(COLLECTION);
        if let Some((person, _)) = key.split_once('-') {
            request = request.external_image_id(person);
        }
        let done = request.image(uploaded(key)).send().await?;
        Ok(done.face_records().len())
    }

    #[allow(dead_code, reason = "for the help desk")]
    pub async fn who(&self, key: &str) -> Result<Option<String>> {
        let Self { client } = self;
        let found = client
            .search_faces_by_image()
            .set_collection_id(Some(COLLECTION.to_owned()))
            .image(uploaded(key))
            .send()
            .await?;
        let best = found.face_matches().first().and_then(|found| found.face());
        Ok(best
            .and_then(|face| face.external_image_id())
            .map(str::to_owned))
    }
}

/// An image among the uploads.
fn uploaded(key: &str) -> Image {
    let object = S3Object::builder().bucket(UPLOADS).name(key).build();
    Image::builder().s3_object(object).build()
}
