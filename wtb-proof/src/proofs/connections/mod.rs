//! Connections die: at any byte of a conversation, or under load because the server ends them.
//!
//! Clients write numbered units into PostgreSQL through a proxy that cuts, silences and delays, and note how each ended.
//! One whose commit nobody answered is asked about through a healthy connection. At the end the tables hold exactly the
//! units that the ledger says were kept. After each fault a unit has to succeed within two seconds, and no call may hang.

mod cuts;
mod defects;
mod fault;
mod ledger;
mod line;
mod load;
mod messages;
mod place;
mod proxy;
mod unit;
mod without_a_server;

use crate::proof::{PlantedDefect, Proof, run};

/// At any byte of a unit's conversation.
pub(crate) const CUT: Proof = Proof {
    name: "connections cut at any byte",
    run: run!(cuts::sound),
    defects: &[
        PlantedDefect { name: "says that a unit of unknown outcome was kept", run: run!(defects::says_kept) },
        PlantedDefect {
            name: "says that a unit of unknown outcome was not kept",
            run: run!(defects::says_not_kept),
        },
        PlantedDefect {
            name: "answers whoever asks that the unit was kept",
            run: run!(defects::answers_kept),
        },
        PlantedDefect { name: "does not recover from a cut", run: run!(defects::stays_broken) },
    ],
};

/// Under load, at random.
pub(crate) const ENDED: Proof = Proof {
    name: "connections ended under load",
    run: run!(load::sound),
    defects: &[PlantedDefect {
        name: "says that units were kept whose connection had died",
        run: run!(defects::hides_losses),
    }],
};

/// Behind a proxy that loses its server for a while.
pub(crate) const WITHOUT_A_SERVER: Proof = Proof {
    name: "a proxy without a server",
    run: run!(without_a_server::sound),
    defects: &[
        PlantedDefect { name: "does not wait for the server", run: run!(without_a_server::does_not_wait) },
        PlantedDefect {
            name: "says that units were kept whose connection had died",
            run: run!(without_a_server::hides_losses),
        },
    ],
};
