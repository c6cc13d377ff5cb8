//! The call that a message without details is about.

use rekognition_iam_runtime::catalogue;

/// What is known of a call whose message has no details: the operation, and the services that have it.
pub(super) struct Called {
    pub(super) operation: String,
    services: Vec<&'static str>,
}

impl Called {
    pub(super) fn of(text: &str) -> Option<Self> {
        let (_, rest) = text.split_once("when calling the ")?;
        let (operation, _) = rest.split_once(" operation")?;
        let is_name = operation.bytes().all(|byte| byte.is_ascii_alphanumeric());
        if operation.is_empty() || !is_name {
            return None;
        }
        let has = |service: &&'static catalogue::Service| {
            (service.operations.iter()).any(|known| known.name == operation)
                || service
                    .action(operation)
                    .is_some_and(|action| action.name == operation)
        };
        Some(Self {
            operation: operation.to_owned(),
            services: (catalogue::services().iter().copied().filter(has))
                .map(|service| service.prefix)
                .collect(),
        })
    }

    /// What to do next.
    pub(super) fn help(&self) -> String {
        let operation = &self.operation;
        match self.services.as_slice() {
            [] => format!(
                "the operation is `{operation}`; give it to `needs` with its service to see what it needs"
            ),
            services => {
                let asked: Vec<String> = (services.iter().take(3))
                    .map(|service| format!("`rekognition-iam needs {service}:{operation}`"))
                    .collect();
                format!(
                    "the operation is `{operation}`; to see what it needs: {}",
                    asked.join(" or ")
                )
            }
        }
    }
}
