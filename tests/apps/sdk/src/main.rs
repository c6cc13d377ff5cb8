//! Keeps the faces of a company's staff, labels uploads, and follows up on videos.

mod collections;
mod models;
mod store;
mod video;

use std::sync::Arc;

use aws_config::BehaviorVersion;
use aws_sdk_rekognition as rekognition;

use collections::Faces;
use models::HasClient;
use store::Store;

/// Errors are for people to read.
type Result<T, E = Box<dyn std::error::Error + Send + Sync>> = std::result::Result<T, E>;

/// All that the program talks to.
#[derive(Clone)]
struct App {
    rekognition: Arc<rekognition::Client>,
    store: Store,
}

impl HasClient for App {
    fn client(&self) -> &rekognition::Client {
        &self.rekognition
    }
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<()> {
    let config = aws_config::load_defaults(BehaviorVersion::latest()).await;
    let app = App {
        rekognition: Arc::new(rekognition::Client::new(&config)),
        store: Store::new(&config),
    };
    let faces = Faces::new(app.rekognition.as_ref().clone());
    faces.prepare().await?;
    let (indexed, labelled) = tokio::join!(index_all(&app, &faces), label_all(&app));
    println!("{} faces, {} labels", indexed?, labelled?);
    let video = std::env::var("VIDEO")?;
    let job = video::start(&app.rekognition, &video).await?;
    println!("{:?}", video::finish(&app.rekognition, &job).await?);
    models::inspect(&app).await?;
    Ok(())
}

async fn index_all(app: &App, faces: &Faces) -> Result<usize> {
    let mut count = 0;
    for key in app.store.uploads().await? {
        count += faces.index(&key).await?;
    }
    Ok(count)
}

async fn label_all(app: &App) -> Result<usize> {
    let client = app.rekognition.clone();
    // Bytes are sent with the request: nobody reads a bucket for them.
    let image = |bytes: Vec<u8>| {
        rekognition::types::Image::builder()
            .bytes(rekognition::primitives::Blob::new(bytes))
            .build()
    };
    let task = tokio::spawn(async move {
        let bytes = std::fs::read("logo.jpg")?;
        let found = client
            .detect_labels()
            .image(image(bytes))
            .max_labels(10)
            .send()
            .await?;
        Result::<_>::Ok(found.labels().len())
    });
    let labels = task.await??;
    let report = std::env::var("REPORT")?;
    app.store.write(&report, labels.to_string()).await?;
    Ok(labels)
}
