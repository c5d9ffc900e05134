//! Clicking, hovering and dragging pins. They are paint on a canvas, so what is under the pointer is computed.

use std::cell::RefCell;
use std::rc::Rc;

use wasm_bindgen::JsCast;
use web_sys::PointerEvent;

use super::leaflet;
use super::listen;
use super::paint::Look;
use super::stage::{Stage, Told};

/// A press becomes a drag after so many pixels.
const SLACK: f64 = 4.0;

/// What the pointer is doing.
#[derive(Default)]
pub(super) struct Pointer {
    drag: Option<Drag>,
    /// The click that ends a drag means nothing else.
    swallow_click: bool,
}

struct Drag {
    pin: usize,
    pointer: i32,
    /// Where it was pressed, and how far that is from the pin's middle.
    from: (f64, f64),
    grip: (f64, f64),
    moved: bool,
}

impl Pointer {
    /// Makes a map's pins react to the pointer.
    pub(super) fn attach(stage: &Rc<Stage>) {
        let state = Rc::new(RefCell::new(Self::default()));
        let clicks = Rc::clone(&state);
        stage.on("click", move |stage, event| {
            if !std::mem::take(&mut clicks.borrow_mut().swallow_click) {
                let point = event.unchecked_ref::<leaflet::MouseEvent>().container_point();
                let pin = stage.hit((point.x(), point.y()));
                let id = pin.and_then(|pin| stage.scene().pins.get(pin).map(|pin| pin.pin.id.clone()));
                stage.tell(Told::Select(id));
            }
        });
        stage.on("mousemove", |stage, event| {
            let point = event.unchecked_ref::<leaflet::MouseEvent>().container_point();
            hover(stage, stage.hit((point.x(), point.y())));
        });
        stage.on("mouseout dragstart zoomstart", |stage, _event| hover(stage, None));
        let target = stage.container.clone();
        for (name, act) in [
            ("pointerdown", press as fn(&Rc<Stage>, &RefCell<Self>, &PointerEvent)),
            ("pointermove", carry),
            ("pointerup", drop_pin),
            ("pointercancel", give_up),
        ] {
            let (weak, state) = (Rc::downgrade(stage), Rc::clone(&state));
            stage.keep(listen::event(&target, name, move |event: PointerEvent| {
                if let Some(stage) = weak.upgrade() {
                    act(&stage, &state, &event);
                }
            }));
        }
    }
}

fn place(stage: &Stage, event: &PointerEvent) -> (f64, f64) {
    let frame = stage.container.get_bounding_client_rect();
    (f64::from(event.client_x()) - frame.left(), f64::from(event.client_y()) - frame.top())
}

fn hover(stage: &Rc<Stage>, pin: Option<usize>) {
    let look = stage.look.get();
    if look.hovered == pin || look.dragged.is_some() {
        return;
    }
    stage.look.set(Look { hovered: pin, ..look });
    let scene = stage.scene();
    let pin = pin.and_then(|pin| scene.pins.get(pin));
    let cursor = match pin {
        Some(pin) if pin.pin.draggable => "grab",
        Some(_) => "pointer",
        None => "",
    };
    let _ = stage.container.style().set_property("cursor", cursor);
    stage.tell_hover(pin);
    stage.redraw_soon();
}

fn press(stage: &Rc<Stage>, state: &RefCell<Pointer>, event: &PointerEvent) {
    state.borrow_mut().swallow_click = false;
    if event.button() != 0 || !event.is_primary() {
        return;
    }
    let from = place(stage, event);
    let scene = stage.scene();
    let Some(pin) = stage.hit(from).filter(|pin| scene.pins[*pin].pin.draggable) else { return };
    // The map must not be dragged along; it gets its own dragging back when the pin is let go.
    stage.map.dragging().disable();
    let at = stage.camera().screen(scene.pins[pin].at);
    let grip = (at.0 - from.0, at.1 - from.1);
    state.borrow_mut().drag = Some(Drag { pin, pointer: event.pointer_id(), from, grip, moved: false });
}

fn carry(stage: &Rc<Stage>, state: &RefCell<Pointer>, event: &PointerEvent) {
    let mut state = state.borrow_mut();
    let Some(drag) = state.drag.as_mut().filter(|drag| drag.pointer == event.pointer_id()) else { return };
    let (x, y) = place(stage, event);
    if !drag.moved {
        if (x - drag.from.0).hypot(y - drag.from.1) < SLACK {
            return;
        }
        drag.moved = true;
        // From here on the pin follows even when the pointer leaves the map.
        let _ = stage.container.set_pointer_capture(event.pointer_id());
        let _ = stage.container.style().set_property("cursor", "grabbing");
        stage.tell(Told::Hover(None));
    }
    let at = (x + drag.grip.0, y + drag.grip.1);
    stage.look.set(Look { dragged: Some((drag.pin, at)), hovered: None, ..stage.look.get() });
    if let Some(pin) = stage.scene().pins.get(drag.pin) {
        let place = stage.camera().world(at.0, at.1).degrees();
        stage.tell(Told::Dragged(pin.pin.id.clone(), place, at));
    }
    stage.redraw_soon();
}

fn drop_pin(stage: &Rc<Stage>, state: &RefCell<Pointer>, event: &PointerEvent) {
    let Some(drag) = take_drag(stage, state, event) else { return };
    if !drag.moved {
        return;
    }
    state.borrow_mut().swallow_click = true;
    let (x, y) = place(stage, event);
    let (lat, lon) = stage.camera().world(x + drag.grip.0, y + drag.grip.1).degrees();
    let id = stage.scene().pins.get(drag.pin).map(|pin| pin.pin.id.clone());
    if let Some(id) = id {
        stage.tell(Told::Moved(id, lat, lon));
    }
}

fn give_up(stage: &Rc<Stage>, state: &RefCell<Pointer>, event: &PointerEvent) {
    take_drag(stage, state, event);
}

fn take_drag(stage: &Rc<Stage>, state: &RefCell<Pointer>, event: &PointerEvent) -> Option<Drag> {
    let drag = state.borrow_mut().drag.take_if(|drag| drag.pointer == event.pointer_id())?;
    stage.map.dragging().enable();
    let _ = stage.container.style().set_property("cursor", "");
    if drag.moved {
        stage.tell(Told::Hover(None));
    }
    stage.look.set(Look { dragged: None, ..stage.look.get() });
    stage.redraw_soon();
    Some(drag)
}
