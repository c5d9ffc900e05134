//! A published problem as its file tells it.

/// A routing problem in its file's own units and numbering.
///
/// Nodes are counted from 0 in the order of the file, the depot among them. Customers keep these numbers in
/// solutions: in a Solomon file they are the file's own, in a VRPLIB file they are one less than the node's (as in
/// CVRPLIB's `.sol` files).
#[derive(Debug, Clone, PartialEq)]
pub struct Instance {
    /// The name that the file gives; empty in a Li & Lim file.
    pub name: String,
    /// Which problem it is.
    pub kind: Kind,
    /// How long the way from one node to another is.
    pub weights: Weights,
    /// Where the nodes are, as x and y; for [`Weights::Geo`] latitude and longitude in degrees and minutes
    /// (`60.10` is 60°10'). Empty when the file has a matrix alone.
    pub coordinates: Vec<[f64; 2]>,
    /// The depot and the customers.
    pub nodes: Vec<Node>,
    /// The depot's number among `nodes`.
    pub depot: usize,
    /// Pickups with their deliveries, by node number; empty unless [`Kind::Pdptw`].
    pub pairs: Vec<[usize; 2]>,
    /// How many vehicles there are, if the file says so.
    pub vehicles: Option<usize>,
    /// How much each of them carries, if that is limited.
    pub capacity: Option<i32>,
}

/// The kind of a problem.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Kind {
    /// One tour through everything (symmetric or not).
    Tsp,
    /// Routes of limited load.
    Cvrp,
    /// Routes of limited load, with times at which each customer may be served.
    Vrptw,
    /// As [`Kind::Vrptw`], and what is delivered is picked up from another customer before.
    Pdptw,
}

impl Kind {
    /// The name in lower case, as tables of best known values have it.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Tsp => "tsp",
            Self::Cvrp => "cvrp",
            Self::Vrptw => "vrptw",
            Self::Pdptw => "pdptw",
        }
    }
}

/// How the way between two nodes is measured. Times and distances are the same number in all these files.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Weights {
    /// By the straight line in the plane.
    Plane(Rounding),
    /// By the great circle, the way TSPLIB reckons `GEO` (kilometres, rounded up from its own formula).
    Geo,
    /// By the pseudo-Euclidean distance of TSPLIB's `ATT`.
    Att,
    /// Every pair spelled out, row by row: `weights[from * nodes + to]`.
    Matrix(Vec<i32>),
}

/// What is done with the decimals of a straight line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Rounding {
    /// Rounded to the nearest integer (TSPLIB's `EUC_2D`, and the X and XXL sets).
    Nearest,
    /// Rounded up to the next integer (TSPLIB's `CEIL_2D`).
    Up,
    /// Cut off after one decimal (Solomon and Gehring & Homberger, as the DIMACS challenge counts).
    Tenths,
    /// Kept (Li & Lim, as SINTEF counts).
    Exact,
}

/// One place, in the file's units.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Node {
    /// What is delivered; in [`Kind::Pdptw`] what is picked up, negative where it is delivered.
    pub demand: i32,
    /// When service may begin, both ends inside; at the depot when vehicles may leave and must be back.
    pub window: Option<[i32; 2]>,
    /// How long service takes.
    pub service: i32,
}

impl Instance {
    /// The customers' node numbers: every node but the depot.
    pub fn customers(&self) -> impl Iterator<Item = usize> + '_ {
        (0..self.nodes.len()).filter(|&node| node != self.depot)
    }

    /// The fewest vehicles that could carry everything, if load were all that counts; at least one.
    #[must_use]
    pub fn fewest_vehicles(&self) -> usize {
        let total: u64 = self.nodes.iter().map(|node| u64::from(node.demand.max(0).unsigned_abs())).sum();
        let capacity = self.capacity.filter(|&most| most > 0 && self.kind != Kind::Pdptw);
        let needed = capacity.map_or(1, |most| total.div_ceil(u64::from(most.unsigned_abs())));
        usize::try_from(needed).unwrap_or(usize::MAX).max(1)
    }

    /// The vehicles to plan with: what the file says, else so many that they are never what limits a plan (half as
    /// many again and five more than a good solution uses). `routes` is how many a good solution is known to use.
    #[must_use]
    pub fn fleet(&self, routes: Option<usize>) -> usize {
        if self.kind == Kind::Tsp {
            return 1;
        }
        let ample = || {
            let routes = routes.filter(|&routes| routes > 0).unwrap_or_else(|| self.fewest_vehicles());
            routes.saturating_mul(3).div_ceil(2).saturating_add(5)
        };
        // More vehicles than customers stand idle whatever happens, and a slip of the pen may name a billion.
        self.vehicles.unwrap_or_else(ample).min(self.nodes.len().max(1))
    }
}
