//! Requests that show a difference, and why there may be none to show, as JSON.

use rekognition_iam_runtime::compare::{Unsettled, Witness};

use crate::json_text::{write_number, write_optional, write_string};

/// Why there is no answer: in words, and as what is in the way, the key and the statement.
pub(crate) fn write_unsettled(out: &mut String, reason: &Unsettled) {
    out.push_str("{\"unknown\":");
    write_string(out, &reason.to_string());
    out.push_str(",\"cause\":");
    write_string(out, reason.obstacle().name());
    out.push_str(",\"key\":");
    write_optional(out, reason.key());
    if let Some((document, statement)) = reason.statement() {
        out.push_str(",\"document\":");
        write_number(out, document);
        out.push_str(",\"statement\":");
        write_number(out, statement);
    }
    out.push('}');
}

/// A request as `evaluate --stdin` takes it.
pub(crate) fn write_witness(out: &mut String, witness: &Witness) {
    out.push_str("{\"action\":");
    write_string(out, witness.action());
    out.push_str(",\"resource\":");
    write_string(out, witness.resource());
    out.push_str(",\"principal\":");
    write_optional(out, witness.principal());
    if let Some(account) = witness.resource_account() {
        out.push_str(",\"resource_account\":");
        write_string(out, account);
    }
    out.push_str(",\"context\":{");
    for (number, (key, values)) in witness.context().iter().enumerate() {
        if number > 0 {
            out.push(',');
        }
        write_string(out, key);
        out.push_str(":[");
        for (number, value) in values.iter().enumerate() {
            if number > 0 {
                out.push(',');
            }
            write_string(out, value);
        }
        out.push(']');
    }
    out.push('}');
    for (number, assumed) in witness.assumed().iter().enumerate() {
        out.push_str(if number == 0 { ",\"assumes\":[" } else { "," });
        write_string(out, &assumed.to_string());
    }
    if !witness.assumed().is_empty() {
        out.push(']');
    }
    out.push('}');
}
