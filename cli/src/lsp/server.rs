//! The life of a server, and which message goes where.

use std::collections::{BTreeMap, VecDeque};
use std::io::{self, Write};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::mpsc::{Receiver, Sender, channel};
use std::thread;

use lsp_server::{ErrorCode, Message, Notification, Request, RequestId, Response, ResponseError};
use lsp_types::notification::{
    DidChangeConfiguration, DidChangeTextDocument, DidChangeWatchedFiles,
    DidChangeWorkspaceFolders, DidCloseTextDocument, DidOpenTextDocument, DidSaveTextDocument,
    Notification as _, PublishDiagnostics, ShowMessage,
};
use lsp_types::request::{
    CodeActionRequest, Completion, HoverRequest, RegisterCapability, Request as _,
};
use lsp_types::{
    CodeActionKind, CodeActionOptions, CodeActionProviderCapability, CompletionOptions,
    CompletionParams, DidChangeTextDocumentParams, DidChangeWatchedFilesRegistrationOptions,
    DidChangeWorkspaceFoldersParams, DidCloseTextDocumentParams, DidOpenTextDocumentParams,
    FileSystemWatcher, GlobPattern, HoverParams, HoverProviderCapability, InitializeParams,
    InitializeResult, MessageType, OneOf, PublishDiagnosticsParams, Registration,
    RegistrationParams, ServerCapabilities, ServerInfo, ShowMessageParams,
    TextDocumentSyncCapability, TextDocumentSyncKind, TextDocumentSyncOptions,
    TextDocumentSyncSaveOptions, Uri, WorkspaceFoldersServerCapabilities,
    WorkspaceServerCapabilities,
};
use serde::Serialize;
use serde::de::DeserializeOwned;

use super::checker::{Checked, Checker, report};
use super::completion;
use super::diagnostics;
use super::documents::{self, Document, OpenFiles};
use super::fixes::{self, Client, FIX_ALL};
use super::hover;
use super::positions::{Encoding, Lines};
use super::transport::{Received, receive, send, send_malformed};
use super::workspaces::{Rules, Workspaces};
use crate::catalogues::file::CatalogueFile;
use crate::report::finding::FileReport;

/// Files that change what is found in open texts: Terraform's, and those that `file` and `templatefile` read.
const WATCHED: [&str; 2] = [
    "**/rekognition-iam.toml",
    "**/*.{tf,tofu,tfvars,json,tftpl,tpl}",
];

/// What the command line says.
#[derive(Debug, Default)]
pub(crate) struct Options {
    /// Instead of the configuration of each workspace.
    pub(crate) config: Option<PathBuf>,
    pub(crate) no_config: bool,
    /// Whether the command line named the catalogue, which a configuration then does not change.
    pub(crate) has_catalogue: bool,
}

/// Follows the protocol on standard input and output until the client says `exit`, and returns whether it said `shutdown` before.
pub(crate) fn serve(options: Options) -> io::Result<bool> {
    let (sender, events) = channel();
    let messages = sender.clone();
    thread::spawn(move || {
        let mut input = io::stdin().lock();
        loop {
            let event = match receive(&mut input) {
                Ok(Some(received)) => Event::Received(received),
                Ok(None) => Event::End(Ok(())),
                Err(error) => Event::End(Err(error)),
            };
            let is_end = matches!(event, Event::End(_));
            if messages.send(event).is_err() || is_end {
                return;
            }
        }
    });
    Server::new(options, Box::new(io::stdout()), sender).run(&events)
}

/// What happens.
#[derive(Debug)]
enum Event {
    Received(Received),
    Checked(Checked),
    /// The end of the input.
    End(io::Result<()>),
}

/// Where the server is in its life.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Stage {
    /// Before `initialize`.
    New,
    Running,
    /// After `shutdown`.
    Ending,
}

struct Server {
    out: Box<dyn Write>,
    stage: Stage,
    has_catalogue: bool,
    client: Client,
    /// Whether the client can fill in the values of a choice.
    snippets: bool,
    /// Whether the client can tell us about changes of files.
    watches: bool,
    workspaces: Workspaces,
    documents: BTreeMap<String, Document>,
    open: Arc<OpenFiles>,
    checker: Checker,
    revision: u64,
    /// The number of our next request.
    next: i32,
}

/// Why a request has no answer.
struct Refused(ErrorCode, String);

impl Server {
    fn new(options: Options, out: Box<dyn Write>, events: Sender<Event>) -> Self {
        Self {
            out,
            stage: Stage::New,
            has_catalogue: options.has_catalogue,
            client: Client::default(),
            snippets: false,
            watches: false,
            workspaces: Workspaces::new(options.config, options.no_config),
            documents: BTreeMap::new(),
            open: Arc::default(),
            checker: Checker::start(move |checked| drop(events.send(Event::Checked(checked)))),
            revision: 0,
            next: 0,
        }
    }

    fn run(mut self, events: &Receiver<Event>) -> io::Result<bool> {
        let mut waiting: VecDeque<Message> = VecDeque::new();
        loop {
            // First all that has arrived: a request can be canceled before its turn comes.
            let first = match waiting.is_empty() {
                true => events.recv().ok(),
                false => None,
            };
            let mut ended = None;
            for event in first.into_iter().chain(events.try_iter()) {
                match event {
                    Event::Received(Received::Message(message)) => {
                        self.enqueue(message, &mut waiting)?
                    }
                    Event::Received(Received::Malformed(code, reason)) => {
                        send_malformed(&mut self.out, code, &reason)?;
                    }
                    Event::Checked(checked) => self.found(checked)?,
                    Event::End(result) => ended = Some(result),
                }
            }
            if let Some(result) = ended {
                // What arrived before the end is still answered.
                while let Some(message) = waiting.pop_front() {
                    if let Some(is_clean) = self.handle(message)? {
                        return Ok(is_clean);
                    }
                }
                return result.map(|()| self.stage == Stage::Ending);
            }
            if let Some(message) = waiting.pop_front()
                && let Some(is_clean) = self.handle(message)?
            {
                return Ok(is_clean);
            }
        }
    }

    /// Adds a message to the end of the queue, or removes the one that it cancels.
    fn enqueue(&mut self, message: Message, waiting: &mut VecDeque<Message>) -> io::Result<()> {
        let canceled = match &message {
            Message::Notification(notification) if notification.method == "$/cancelRequest" => {
                let id = notification.params.get("id").cloned().unwrap_or_default();
                serde_json::from_value::<RequestId>(id).ok()
            }
            Message::Request(_) | Message::Response(_) | Message::Notification(_) => {
                waiting.push_back(message);
                return Ok(());
            }
        };
        let is_it = |message: &Message| match message {
            Message::Request(request) => canceled.as_ref() == Some(&request.id),
            Message::Response(_) | Message::Notification(_) => false,
        };
        let at = waiting.iter().position(is_it);
        if let Some(Message::Request(request)) = at.and_then(|at| waiting.remove(at)) {
            let refused = Refused(
                ErrorCode::RequestCanceled,
                "canceled by the client".to_string(),
            );
            self.respond(request.id, Err(refused))?;
        }
        Ok(())
    }

    /// Returns whether the end is clean, at the end.
    fn handle(&mut self, message: Message) -> io::Result<Option<bool>> {
        match message {
            Message::Request(request) => self.request(request)?,
            Message::Notification(notification) => {
                if notification.method == "exit" {
                    return Ok(Some(self.stage == Stage::Ending));
                }
                if self.stage == Stage::Running {
                    self.notification(notification)?;
                }
            }
            Message::Response(_) => {}
        }
        Ok(None)
    }

    fn request(&mut self, request: Request) -> io::Result<()> {
        let Request { id, method, params } = request;
        let answer = match (self.stage, method.as_str()) {
            (Stage::New, "initialize") => read(params).and_then(|params| self.initialize(params)),
            (Stage::New, _) => Err(Refused(
                ErrorCode::ServerNotInitialized,
                format!("`{method}` before `initialize`"),
            )),
            (Stage::Running, "shutdown") => {
                self.stage = Stage::Ending;
                Ok(serde_json::Value::Null)
            }
            (Stage::Running, "initialize") | (Stage::Ending, _) => {
                let when = match self.stage {
                    Stage::Ending => "after `shutdown`",
                    Stage::New | Stage::Running => "a second time",
                };
                Err(Refused(
                    ErrorCode::InvalidRequest,
                    format!("`{method}` {when}"),
                ))
            }
            // A bug must not end the session of an editor.
            (Stage::Running, method) => {
                catch_unwind(AssertUnwindSafe(|| self.answer(method, params))).unwrap_or_else(
                    |_| {
                        let message =
                            format!("`{method}` failed; this is a bug in rekognition-iam");
                        Err(Refused(ErrorCode::InternalError, message))
                    },
                )
            }
        };
        self.respond(id, answer)
    }

    fn answer(
        &mut self,
        method: &str,
        params: serde_json::Value,
    ) -> Result<serde_json::Value, Refused> {
        match method {
            HoverRequest::METHOD => {
                let params: HoverParams = read(params)?;
                let place = params.text_document_position_params;
                let encoding = self.client.encoding;
                let Some((document, report, _)) = self.current(&place.text_document.uri) else {
                    return Ok(serde_json::Value::Null);
                };
                let at = Lines::new(&document.text, encoding).offset(place.position);
                written(hover::hover(document, &report, at, encoding))
            }
            Completion::METHOD => {
                let params: CompletionParams = read(params)?;
                let place = params.text_document_position;
                let encoding = self.client.encoding;
                let snippets = self.snippets;
                let Some(document) = readable(&mut self.documents, &place.text_document.uri) else {
                    return Ok(serde_json::Value::Null);
                };
                let at = Lines::new(&document.text, encoding).offset(place.position);
                written(completion::complete(document, at, encoding, snippets))
            }
            CodeActionRequest::METHOD => {
                let params: lsp_types::CodeActionParams = read(params)?;
                let client = self.client;
                let Some((document, report, rules)) = self.current(&params.text_document.uri)
                else {
                    return Ok(serde_json::Value::Null);
                };
                written(fixes::actions(document, &report, &rules, &params, client))
            }
            _ => Err(Refused(
                ErrorCode::MethodNotFound,
                format!("`{method}` is not supported"),
            )),
        }
    }

    fn respond(
        &mut self,
        id: RequestId,
        answer: Result<serde_json::Value, Refused>,
    ) -> io::Result<()> {
        let response_result = answer.map_err(|Refused(code, message)| ResponseError {
            code: code as i32,
            message,
            data: None,
        });
        let response = Response {
            id,
            response_result,
        };
        send(&mut self.out, &response.into())
    }

    fn notify(&mut self, method: &str, params: impl Serialize) -> io::Result<()> {
        let notification = Notification {
            method: method.to_string(),
            params: serde_json::to_value(params)?,
        };
        send(&mut self.out, &notification.into())
    }

    fn initialize(&mut self, params: InitializeParams) -> Result<serde_json::Value, Refused> {
        let capabilities = &params.capabilities;
        let general = capabilities.general.as_ref();
        let offered = general.and_then(|general| general.position_encodings.as_deref());
        let workspace = capabilities.workspace.as_ref();
        let actions = capabilities
            .text_document
            .as_ref()
            .and_then(|text| text.code_action.as_ref());
        self.client = Client {
            encoding: Encoding::of(offered),
            versions: workspace
                .and_then(|workspace| workspace.workspace_edit.as_ref()?.document_changes)
                .unwrap_or_default(),
            disabled: actions
                .and_then(|actions| actions.disabled_support)
                .unwrap_or_default(),
        };
        self.snippets = (capabilities.text_document.as_ref())
            .and_then(|text| {
                text.completion
                    .as_ref()?
                    .completion_item
                    .as_ref()?
                    .snippet_support
            })
            .unwrap_or_default();
        self.watches = workspace
            .and_then(|workspace| workspace.did_change_watched_files?.dynamic_registration)
            .unwrap_or_default();
        #[expect(deprecated, reason = "older clients have nothing else")]
        let root = params.root_uri.as_ref();
        self.workspaces.roots = match &params.workspace_folders {
            Some(folders) if !folders.is_empty() => folders
                .iter()
                .filter_map(|folder| documents::path(&folder.uri))
                .collect(),
            Some(_) | None => root.and_then(documents::path).into_iter().collect(),
        };
        self.stage = Stage::Running;
        written(InitializeResult {
            capabilities: self.capabilities(),
            server_info: Some(ServerInfo {
                name: diagnostics::SOURCE.to_string(),
                version: Some(env!("CARGO_PKG_VERSION").to_string()),
            }),
        })
    }

    fn capabilities(&self) -> ServerCapabilities {
        ServerCapabilities {
            position_encoding: Some(self.client.encoding.kind()),
            text_document_sync: Some(TextDocumentSyncCapability::Options(
                TextDocumentSyncOptions {
                    open_close: Some(true),
                    change: Some(TextDocumentSyncKind::INCREMENTAL),
                    save: Some(TextDocumentSyncSaveOptions::Supported(true)),
                    ..TextDocumentSyncOptions::default()
                },
            )),
            hover_provider: Some(HoverProviderCapability::Simple(true)),
            completion_provider: Some(CompletionOptions {
                trigger_characters: Some(completion::TRIGGERS.map(String::from).to_vec()),
                ..CompletionOptions::default()
            }),
            code_action_provider: Some(CodeActionProviderCapability::Options(CodeActionOptions {
                code_action_kinds: Some(vec![CodeActionKind::QUICKFIX, FIX_ALL]),
                ..CodeActionOptions::default()
            })),
            workspace: Some(WorkspaceServerCapabilities {
                workspace_folders: Some(WorkspaceFoldersServerCapabilities {
                    supported: Some(true),
                    change_notifications: Some(OneOf::Left(true)),
                }),
                file_operations: None,
            }),
            ..ServerCapabilities::default()
        }
    }

    fn notification(&mut self, notification: Notification) -> io::Result<()> {
        let Notification { method, params } = notification;
        // A notification has no response: one that cannot be used only has no effect.
        match method.as_str() {
            "initialized" => self.initialized(),
            DidOpenTextDocument::METHOD => match read::<DidOpenTextDocumentParams>(params) {
                Ok(params) => {
                    self.revision += 1;
                    let document = Document::open(params.text_document, self.revision);
                    let key = document.uri.as_str().to_string();
                    self.documents.insert(key.clone(), document);
                    self.changed(&key)
                }
                Err(_) => Ok(()),
            },
            DidChangeTextDocument::METHOD => match read::<DidChangeTextDocumentParams>(params) {
                Ok(params) => self.change(params),
                Err(_) => Ok(()),
            },
            DidCloseTextDocument::METHOD => match read::<DidCloseTextDocumentParams>(params) {
                Ok(params) => self.close(params.text_document.uri),
                Err(_) => Ok(()),
            },
            DidChangeWorkspaceFolders::METHOD => {
                if let Ok(params) = read::<DidChangeWorkspaceFoldersParams>(params) {
                    let removed: Vec<PathBuf> = (params.event.removed.iter())
                        .filter_map(|folder| documents::path(&folder.uri))
                        .collect();
                    let roots = &mut self.workspaces.roots;
                    roots.retain(|root| !removed.contains(root));
                    roots.extend(
                        params
                            .event
                            .added
                            .iter()
                            .filter_map(|folder| documents::path(&folder.uri)),
                    );
                }
                self.check_all()
            }
            // The file itself is in the editor; other files may be read with it.
            DidSaveTextDocument::METHOD
            | DidChangeWatchedFiles::METHOD
            | DidChangeConfiguration::METHOD => self.check_all(),
            _ => Ok(()),
        }
    }

    fn initialized(&mut self) -> io::Result<()> {
        if let Err(reason) = self.use_catalogue() {
            let message = format!("the catalogue of the configuration is not used: {reason}");
            self.notify(
                ShowMessage::METHOD,
                ShowMessageParams {
                    typ: MessageType::ERROR,
                    message,
                },
            )?;
        }
        if !self.watches {
            return Ok(());
        }
        let watchers = WATCHED.map(|pattern| FileSystemWatcher {
            glob_pattern: GlobPattern::String(pattern.to_string()),
            kind: None,
        });
        let options = DidChangeWatchedFilesRegistrationOptions {
            watchers: watchers.to_vec(),
        };
        let registration = Registration {
            id: "files".to_string(),
            method: DidChangeWatchedFiles::METHOD.to_string(),
            register_options: Some(serde_json::to_value(options)?),
        };
        let params = RegistrationParams {
            registrations: vec![registration],
        };
        self.next += 1;
        let request = Request {
            id: self.next.into(),
            method: RegisterCapability::METHOD.to_string(),
            params: serde_json::to_value(params)?,
        };
        send(&mut self.out, &request.into())
    }

    /// Uses the catalogue that the configuration of the first workspace names. It must come before everything that looks names up.
    fn use_catalogue(&self) -> Result<(), String> {
        if self.has_catalogue {
            return Ok(());
        }
        match self.workspaces.first()?.catalogue {
            Some(path) => CatalogueFile::read(&path)?.install(),
            None => Ok(()),
        }
    }

    fn change(&mut self, params: DidChangeTextDocumentParams) -> io::Result<()> {
        let key = params.text_document.uri.as_str().to_string();
        let Some(document) = self.documents.get_mut(&key) else {
            return Ok(());
        };
        self.revision += 1;
        document.version = params.text_document.version;
        document.revision = self.revision;
        document.change(params.content_changes, self.client.encoding);
        self.changed(&key)
    }

    fn close(&mut self, uri: Uri) -> io::Result<()> {
        let Some(document) = self.documents.remove(uri.as_str()) else {
            return Ok(());
        };
        self.open.set(document.path(), None);
        self.notify(
            PublishDiagnostics::METHOD,
            PublishDiagnosticsParams::new(uri, Vec::new(), None),
        )?;
        self.check_where(Document::is_hcl)
    }

    /// Checks a text that was changed, and those that may be read with it: Terraform reads files of any name.
    fn changed(&mut self, key: &str) -> io::Result<()> {
        let Some(document) = self.documents.get(key) else {
            return Ok(());
        };
        (self.open).set(document.path(), Some(Arc::clone(&document.text)));
        self.check_where(|other| other.uri.as_str() == key || other.is_hcl())
    }

    fn check_all(&mut self) -> io::Result<()> {
        self.check_where(|_| true)
    }

    /// Checks the open texts that pass, each with the configuration as it is now.
    fn check_where(&mut self, passes: impl Fn(&Document) -> bool) -> io::Result<()> {
        let mut refused = Vec::new();
        for (key, document) in self
            .documents
            .iter_mut()
            .filter(|(_, document)| passes(document))
        {
            // Another configuration, or another file of the module, can give the same text other findings.
            self.revision += 1;
            document.revision = self.revision;
            let rules = match document.refused() {
                Some(reason) => Err(reason),
                None => self.workspaces.rules(document.path(), &self.open),
            };
            match rules {
                Ok(rules) => self.checker.check(document, rules),
                Err(reason) => refused.push((key.clone(), reason)),
            }
        }
        for (key, reason) in refused {
            self.publish(&key, vec![diagnostics::unchecked(&reason)])?;
        }
        Ok(())
    }

    /// Shows what was found, if the text is still the one that was checked.
    fn found(&mut self, checked: Checked) -> io::Result<()> {
        let Some(document) = self.documents.get_mut(&checked.uri) else {
            return Ok(());
        };
        if document.revision != checked.revision {
            return Ok(());
        }
        document.keep(checked.revision, &checked.report);
        let diagnostics = diagnostics::of_report(document, &checked.report, self.client.encoding);
        self.publish(&checked.uri, diagnostics)
    }

    fn publish(&mut self, key: &str, diagnostics: Vec<lsp_types::Diagnostic>) -> io::Result<()> {
        let Some(document) = self.documents.get(key) else {
            return Ok(());
        };
        let (uri, version) = (document.uri.clone(), Some(document.version));
        self.notify(
            PublishDiagnostics::METHOD,
            PublishDiagnosticsParams::new(uri, diagnostics, version),
        )
    }

    /// An open text with what is found in it as it is now.
    fn current(&mut self, uri: &Uri) -> Option<(&Document, Arc<FileReport>, Arc<Rules>)> {
        let document = readable(&mut self.documents, uri)?;
        let rules = self.workspaces.rules(document.path(), &self.open).ok()?;
        let report = match &document.checked {
            Some((revision, known)) if *revision == document.revision => Arc::clone(known),
            Some(_) | None => {
                let report = Arc::new(report(&document.text, &document.input, &rules));
                document.keep(document.revision, &report);
                report
            }
        };
        Some((document, report, rules))
    }
}

/// An open text, if it is one that is read.
fn readable<'d>(
    documents: &'d mut BTreeMap<String, Document>,
    uri: &Uri,
) -> Option<&'d mut Document> {
    (documents.get_mut(uri.as_str())).filter(|document| document.refused().is_none())
}

fn read<T: DeserializeOwned>(params: serde_json::Value) -> Result<T, Refused> {
    serde_json::from_value(params)
        .map_err(|error| Refused(ErrorCode::InvalidParams, error.to_string()))
}

fn written(answer: impl Serialize) -> Result<serde_json::Value, Refused> {
    serde_json::to_value(answer)
        .map_err(|error| Refused(ErrorCode::InternalError, error.to_string()))
}
