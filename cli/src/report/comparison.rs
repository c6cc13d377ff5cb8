//! The JSON of a comparison.

use rekognition_iam_runtime::compare::{Comparison, Guarantee};

use crate::report::witness::{write_unsettled, write_witness};

/// The members of a JSON object that describe a comparison.
pub(crate) fn write_members(out: &mut String, comparison: &Comparison) {
    out.push_str("\"relation\":\"");
    out.push_str(comparison.relation().name());
    out.push_str("\",\"new_access\":");
    write_access(out, &comparison.new_access);
    out.push_str(",\"lost_access\":");
    write_access(out, &comparison.lost_access);
    if comparison.only_impossible {
        out.push_str(",\"only_impossible\":true");
    }
}

fn write_access(out: &mut String, access: &Guarantee) {
    match access {
        Guarantee::Holds => out.push_str("null"),
        Guarantee::Unknown(reason) => write_unsettled(out, reason),
        Guarantee::Broken(witness) => write_witness(out, witness),
    }
}
