//! Where statements begin, and what their form says.

use syn::spanned::Spanned;
use syn::{Expr, Stmt};

/// The line that a statement begins in.
pub(super) fn line_of(statement: &Stmt) -> Option<usize> {
    // The span of a whole statement would be put together of all its tokens.
    Some(match statement {
        Stmt::Local(local) => local.let_token.span().start().line,
        Stmt::Macro(statement) => {
            statement
                .mac
                .path
                .segments
                .first()?
                .ident
                .span()
                .start()
                .line
        }
        Stmt::Expr(expr, _) => first_line(expr)?,
        Stmt::Item(_) => return None,
    })
}

fn first_line(expr: &Expr) -> Option<usize> {
    match expr {
        Expr::MethodCall(call) => first_line(&call.receiver),
        Expr::Await(inner) => first_line(&inner.base),
        Expr::Try(inner) => first_line(&inner.expr),
        Expr::Field(inner) => first_line(&inner.base),
        Expr::Call(call) => first_line(&call.func),
        Expr::Binary(binary) => first_line(&binary.left),
        Expr::Assign(assign) => first_line(&assign.left),
        Expr::Path(path) => Some(path.path.segments.first()?.ident.span().start().line),
        Expr::Macro(inner) => Some(inner.mac.path.segments.first()?.ident.span().start().line),
        Expr::If(inner) => Some(inner.if_token.span().start().line),
        Expr::Match(inner) => Some(inner.match_token.span().start().line),
        Expr::Return(inner) => Some(inner.return_token.span().start().line),
        Expr::Paren(inner) => Some(inner.paren_token.span.open().start().line),
        _ => None,
    }
}

/// `text.parse()?`, `text.parse().unwrap()`
pub(super) fn parses(expr: &Expr) -> bool {
    match expr {
        Expr::Try(inner) => parses(&inner.expr),
        Expr::MethodCall(call) => {
            call.method == "parse"
                || matches!(
                    call.method.to_string().as_str(),
                    "unwrap"
                        | "expect"
                        | "map_err"
                        | "context"
                        | "with_context"
                        | "ok_or"
                        | "ok_or_else"
                ) && parses(&call.receiver)
        }
        _ => false,
    }
}
