//! The buckets.

use objects::Client;

use crate::Result;

pub const UPLOADS: &str = "acme-uploads";
static REPORTS: &str = "acme-reports";

#[derive(Clone)]
pub struct Store {
    s3: Client,
}

impl Store {
    pub fn new(config: &aws_config::SdkConfig) -> Self {
        let s3 = Client::from_conf(objects::config::Builder::from(config).build());
        Self { s3 }
    }

    /// The keys of all uploads.
    pub async fn uploads(&self) -> Result<Vec<String>> {
        let mut keys = Vec::new();
        let mut pages = self
            .s3
            .list_objects_v2()
            .bucket(UPLOADS)
            .into_paginator()
            .send();
        while let Some(page) = pages.next().await {
            keys.extend(
                page?
                    .contents()
                    .iter()
                    .filter_map(|object| object.key().map(str::to_owned)),
            );
        }
        Ok(keys)
    }

    pub async fn write(&self, name: &str, text: String) -> Result<()> {
        let day = "2026-11-24";
        self.s3
            .put_object()
            .bucket(REPORTS)
            .key(format!("daily/{day}/{name}"))
            .body(text.into_bytes().into())
            .send()
            .await?;
        Ok(())
    }
}
