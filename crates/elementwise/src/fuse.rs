//! Finds expressions that have a kernel of their own.

use capas_runtime::codes::{DTYPE_FLOAT32, FN_ADD, FN_MUL};

use crate::fused::{MAX_ARGS, MAX_OUTS, PATTERNS, Pattern, Tree};
use crate::pairs::PAIRS;
use crate::rename::{Action, Node};
use crate::tier::Tier;

/// Makes one node of all that match a pattern. What is computed, and in which order it is rounded, stays.
pub(crate) fn fuse(nodes: &mut Vec<Node>, outputs: &[usize], tier: Tier) {
    for pattern in PAIRS.iter().chain(PATTERNS) {
        let mut at = 0;
        while at < nodes.len() {
            if let Some(found) = find(nodes, outputs, at, pattern) {
                let values = found.outs[..pattern.outs].iter().map(|value| value.unwrap_or(0)).collect();
                let args = found.args[..pattern.args].iter().map(|value| value.unwrap_or(0)).collect();
                nodes[at] = Node { action: Action::Fused((pattern.compute)(tier)), args, values };
                let mut index = 0;
                nodes.retain(|_| {
                    index += 1;
                    index - 1 == at || !found.nodes.contains(&(index - 1))
                });
                at -= found.nodes.iter().filter(|node| **node < at).count();
            }
            at += 1;
        }
    }
}

/// Nodes that match a pattern, and the values that its arguments and results are.
#[derive(Clone, Default)]
struct Match {
    args: [Option<usize>; MAX_ARGS],
    outs: [Option<usize>; MAX_OUTS],
    nodes: Vec<usize>,
}

/// The match whose last node is at a place, if nothing outside needs what is between, or a result before it is there.
fn find(nodes: &[Node], outputs: &[usize], at: usize, pattern: &Pattern) -> Option<Match> {
    let value = *nodes[at].values.first()?;
    let mut found = Match::default();
    found.outs[0] = Some(value);
    let mut found = matches(nodes, value, &pattern.tree, found)?;
    // one node may stand in two places
    found.nodes.sort_unstable();
    found.nodes.dedup();
    let is_private = found.nodes.iter().filter(|node| **node != at).all(|inner| {
        let value = nodes[*inner].values[0];
        let is_out = found.outs.contains(&Some(value));
        let is_read = |(reader, node): (usize, &Node)| {
            node.args.contains(&value) && !found.nodes.contains(&reader) && (!is_out || reader < at)
        };
        // an argument that is made here stands in the way: in `r + r`, `r = a · b`
        let is_arg = found.args.contains(&Some(value));
        !is_arg && (is_out || !outputs.contains(&value)) && !nodes.iter().enumerate().any(is_read)
    });
    is_private.then_some(found)
}

fn matches(nodes: &[Node], value: usize, tree: &Tree, mut found: Match) -> Option<Match> {
    match tree {
        Tree::Arg(arg) => {
            let is_same = found.args[*arg].is_none_or(|known| known == value);
            found.args[*arg] = Some(value);
            is_same.then_some(found)
        }
        Tree::Out(out, tree) => {
            found.outs[*out] = Some(value);
            matches(nodes, value, tree, found)
        }
        Tree::Call(function, trees) => {
            let at = nodes.iter().position(|node| node.values[..] == [value])?;
            let node = &nodes[at];
            if !matches!(node.action, Action::Call(f, DTYPE_FLOAT32) if f == *function) {
                return None;
            }
            found.nodes.push(at);
            let both = |found: Match, args: [usize; 2]| {
                let found = matches(nodes, args[0], &trees[0], found)?;
                matches(nodes, args[1], &trees[1], found)
            };
            match node.args[..] {
                [a] => matches(nodes, a, &trees[0], found),
                [a, b] if matches!(*function, FN_ADD | FN_MUL) => {
                    both(found.clone(), [a, b]).or_else(|| both(found, [b, a]))
                }
                [a, b] => both(found, [a, b]),
                _ => None,
            }
        }
    }
}
