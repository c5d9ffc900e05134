//! The plan with its past and its future.

use super::op::{Op, apply_all};
use super::{Edit, EditError, compile, label};
use crate::driver::DriverId;
use crate::plan::Plan;
use std::collections::VecDeque;

/// How many steps can be undone; older ones are forgotten.
const DEPTH: usize = 500;

/// What an edit, an undo or a redo did.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Change {
    /// The edit in a few words, to be shown and read out ("Move stop S-12 to Aino").
    pub label: String,
    /// Whether anything changed at all; dropping a stop where it was changes nothing and leaves no step.
    pub changed: bool,
    /// The drivers whose list of stops changed.
    pub drivers: Vec<DriverId>,
    /// The drivers whose dispatched route now differs from what they were sent.
    pub redispatch: Vec<DriverId>,
}

#[derive(Clone, Debug)]
struct Step {
    label: String,
    ops: Vec<Op>,
}

/// A plan that remembers how it came about.
#[derive(Clone, Debug, Default)]
pub struct History {
    plan: Plan,
    undo: VecDeque<Step>,
    redo: Vec<Step>,
}

impl History {
    /// Starts from a plan, with nothing to undo.
    pub fn new(plan: Plan) -> Self {
        History { plan, undo: VecDeque::new(), redo: Vec::new() }
    }

    /// The plan as it is now.
    pub fn plan(&self) -> &Plan {
        &self.plan
    }

    /// Applies an edit as a new step; what was undone before can no longer be redone.
    ///
    /// # Errors
    /// When the edit does not fit the plan, which then stays as it was.
    pub fn apply(&mut self, edit: Edit) -> Result<Change, EditError> {
        self.run(edit, false)
    }

    /// Applies an edit as part of the step before, so that one undo takes both back. For what follows by
    /// itself from what the dispatcher did, such as the positions found for imported addresses.
    ///
    /// # Errors
    /// When the edit does not fit the plan, which then stays as it was.
    pub fn apply_joined(&mut self, edit: Edit) -> Result<Change, EditError> {
        self.run(edit, true)
    }

    fn run(&mut self, edit: Edit, joined: bool) -> Result<Change, EditError> {
        let label = label::label(&self.plan, &edit);
        let undoable = edit.is_undoable();
        let ops = compile::compile(&self.plan, edit)?;
        if ops.is_empty() {
            return Ok(Change { label, ..Change::default() });
        }
        let (change, mut inverse) = self.perform(label.clone(), ops);
        if !undoable {
            return Ok(change);
        }
        self.redo.clear();
        match self.undo.back_mut() {
            Some(step) if joined => {
                inverse.append(&mut step.ops);
                step.ops = inverse;
            }
            _ => self.undo.push_back(Step { label, ops: inverse }),
        }
        if self.undo.len() > DEPTH {
            self.undo.pop_front();
        }
        Ok(change)
    }

    /// Takes the last step back.
    ///
    /// # Errors
    /// [`EditError::NothingToUndo`], or [`EditError::Dispatched`] when the step added a driver whose route
    /// has been dispatched since.
    pub fn undo(&mut self) -> Result<Change, EditError> {
        let step = self.undo.pop_back().ok_or(EditError::NothingToUndo)?;
        if let Err(error) = self.check_replay(&step) {
            self.undo.push_back(step);
            return Err(error);
        }
        let (change, ops) = self.perform(step.label.clone(), step.ops);
        self.redo.push(Step { label: step.label, ops });
        Ok(change)
    }

    /// Does the last undone step again.
    ///
    /// # Errors
    /// [`EditError::NothingToRedo`], or [`EditError::Dispatched`] when the step removes a driver whose route
    /// has been dispatched since.
    pub fn redo(&mut self) -> Result<Change, EditError> {
        let step = self.redo.pop().ok_or(EditError::NothingToRedo)?;
        if let Err(error) = self.check_replay(&step) {
            self.redo.push(step);
            return Err(error);
        }
        let (change, ops) = self.perform(step.label.clone(), step.ops);
        self.undo.push_back(Step { label: step.label, ops });
        Ok(change)
    }

    /// Whether there is a step to take back.
    pub fn can_undo(&self) -> bool {
        !self.undo.is_empty()
    }

    /// Whether there is a step to do again.
    pub fn can_redo(&self) -> bool {
        !self.redo.is_empty()
    }

    /// What undo would take back.
    pub fn undo_label(&self) -> Option<&str> {
        self.undo.back().map(|it| it.label.as_str())
    }

    /// What redo would do again.
    pub fn redo_label(&self) -> Option<&str> {
        self.redo.last().map(|it| it.label.as_str())
    }

    /// The steps that can be undone, the latest first.
    pub fn steps(&self) -> impl Iterator<Item = &str> {
        self.undo.iter().rev().map(|it| it.label.as_str())
    }

    /// Dispatches are passed over by undo, so a step may meet one that was not there when it was made. Only
    /// taking a driver away would lose it.
    fn check_replay(&self, step: &Step) -> Result<(), EditError> {
        for op in &step.ops {
            if let Op::TakeDriver { at } = op
                && self.plan.routes[*at].dispatched.is_some()
            {
                return Err(EditError::Dispatched(self.plan.drivers[*at].name.clone()));
            }
        }
        Ok(())
    }

    fn perform(&mut self, label: String, ops: Vec<Op>) -> (Change, Vec<Op>) {
        let mut drivers = Vec::new();
        for op in &ops {
            if let Op::RouteStops { at, .. } = op {
                drivers.extend(self.plan.routes.get(*at).map(|it| it.driver.clone()));
            }
        }
        let inverse = apply_all(&mut self.plan, ops);
        let changed = self.plan.routes.iter().filter(|it| self.plan.changed_since_dispatch(it));
        let redispatch = changed.map(|it| it.driver.clone()).collect();
        (Change { label, changed: true, drivers, redispatch }, inverse)
    }
}
