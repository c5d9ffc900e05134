//! A tour, or several rings, by the two neighbours of each node: what can be changed in a few places without laying the
//! rest anew.

/// The two neighbours of each node.
pub(super) type Links = [[u32; 2]];

/// The neighbour that is not this one.
pub(super) fn other([one, two]: [u32; 2], this: u32) -> u32 {
    if one == this { two } else { one }
}

/// Puts a new neighbour of a node in the place of an old one.
pub(super) fn change(links: &mut Links, [node, old, new]: [u32; 3]) {
    let links = &mut links[node as usize];
    links[usize::from(links[0] != old)] = new;
}

/// Goes once round the ring that a node is on.
pub(super) fn walk(links: &Links, start: u32, mut visit: impl FnMut(u32)) {
    let (mut before, mut node) = (links[start as usize][0], start);
    loop {
        visit(node);
        (before, node) = (node, other(links[node as usize], before));
        if node == start {
            return;
        }
    }
}
