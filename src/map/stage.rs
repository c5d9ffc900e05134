//! The live map: Leaflet moves the ground, one canvas above it is redrawn whenever something has changed.
//!
//! The canvas lies in one of Leaflet's panes, so it slides with the ground while dragging; it is redrawn at most
//! once an animation frame. During an animated zoom it is scaled like the tiles and redrawn when that is over.

use std::cell::{Cell, RefCell};
use std::rc::{Rc, Weak};

use milkrun_host::{pixels, shortest};
use milkrun_lean::prelude::{document, request_animation_frame, window};
use wasm_bindgen::closure::Closure;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{CanvasRenderingContext2d, HtmlCanvasElement, HtmlElement};

use super::brush::Brush;
use super::leaflet::{self, LeafletMap, ZoomEvent, options, pair};
use super::listen::{self, Listening};
use super::paint::{Look, paint};
use super::palette::Palette;
use super::pins::Detail;
use super::pointer::Pointer;
use super::prepared::{Prepared, PreparedPin};
use super::project::{Camera, World, scale_at};
use super::scene::MapScene;

/// Shown before there is anything to show: central Helsinki, where the built-in addresses are.
const FIRST_VIEW: (f64, f64, f64) = (60.1699, 24.9384, 12.0);
/// Pixels kept free around what is fitted.
const MARGIN: f64 = 56.0;

/// What the map tells its component.
pub(super) enum Told {
    /// A pin, or empty ground, was clicked.
    Select(Option<String>),
    /// A pin was dropped: its id, latitude and longitude.
    Moved(String, f64, f64),
    /// A pin is being dragged: its id, latitude and longitude, and its place on the screen.
    Dragged(String, (f64, f64), (f64, f64)),
    /// The pointer is over a pin: its place on the screen and what to say; or over none any more.
    Hover(Option<(f64, f64, String)>),
    /// The scale bar: metres, and their length in pixels.
    Scale(f64, f64),
}

type MapListener = Closure<dyn FnMut(JsValue)>;

/// A map on the page. Dropping it takes the map off the page and lets every listener go.
pub(super) struct Stage {
    pub(super) map: LeafletMap,
    pub(super) container: HtmlElement,
    canvas: HtmlCanvasElement,
    context: CanvasRenderingContext2d,
    probe: HtmlElement,
    tell: Box<dyn Fn(Told)>,
    scene: RefCell<Rc<Prepared>>,
    shown: RefCell<MapScene>,
    palette: RefCell<Option<Rc<Palette>>>,
    pub(super) look: Cell<Look>,
    pub(super) detail: Cell<Detail>,
    /// The camera of the last picture.
    drawn: Cell<Camera>,
    frame_asked: Cell<bool>,
    zooming: Cell<bool>,
    /// Whether everything is still to be fitted into view, once the map has a size.
    fit_wanted: Cell<bool>,
    listening: RefCell<Vec<Listening>>,
    on_map: RefCell<Vec<MapListener>>,
}

impl Stage {
    /// Builds the map in a container, with background tiles from an address pattern if there is one; Leaflet must
    /// be loaded.
    pub(super) fn build(
        container: HtmlElement,
        probe: HtmlElement,
        tiles: Option<&str>,
        tell: impl Fn(Told) + 'static,
    ) -> Result<Rc<Self>, JsValue> {
        let moving = motion_is_welcome();
        let map = leaflet::new_map(
            &container,
            &options(&[
                ("zoomControl", false.into()),
                ("attributionControl", false.into()),
                ("zoomAnimation", moving.into()),
                ("fadeAnimation", moving.into()),
                ("inertia", moving.into()),
                ("zoomSnap", 0.25.into()),
                ("zoomDelta", 0.75.into()),
                ("wheelPxPerZoomLevel", 90.into()),
                ("minZoom", 2.into()),
                ("maxZoom", 19.into()),
                ("worldCopyJump", false.into()),
            ]),
        )?;
        let (lat, lon, zoom) = FIRST_VIEW;
        map.set_view(&pair(lat, lon), zoom, &options(&[("animate", false.into())]));
        if let Some(url) = tiles {
            leaflet::tile_layer(url, &options(&[("maxZoom", 19.into())])).add_to(&map);
        }
        let canvas: HtmlCanvasElement = document().create_element("canvas")?.unchecked_into();
        canvas.set_class_name("map__canvas leaflet-zoom-animated");
        canvas.set_attribute("aria-hidden", "true")?;
        map.pane("overlayPane").append_child(&canvas)?;
        let context = canvas.get_context("2d")?.ok_or(JsValue::NULL)?.unchecked_into();
        let stage = Rc::new(Self {
            map,
            container,
            canvas,
            context,
            probe,
            tell: Box::new(tell),
            scene: RefCell::default(),
            shown: RefCell::default(),
            palette: RefCell::default(),
            look: Cell::new(Look { tiles: tiles.is_some(), ..Look::default() }),
            detail: Cell::new(Detail::Dot),
            drawn: Cell::default(),
            frame_asked: Cell::default(),
            zooming: Cell::default(),
            fit_wanted: Cell::new(true),
            listening: RefCell::default(),
            on_map: RefCell::default(),
        });
        stage.listen();
        Pointer::attach(&stage);
        stage.redraw_soon();
        Ok(stage)
    }

    /// Shows a scene; an equal one costs no drawing.
    pub(super) fn show(self: &Rc<Self>, scene: &MapScene) {
        let before = {
            let mut shown = self.shown.borrow_mut();
            if *shown == *scene {
                return;
            }
            std::mem::replace(&mut *shown, scene.clone())
        };
        let prepared = Rc::new(Prepared::of(scene));
        self.scene.replace(Rc::clone(&prepared));
        // What is under the pointer may be another pin now.
        self.look.set(Look { hovered: None, ..self.look.get() });
        (self.tell)(Told::Hover(None));
        if before.fit != scene.fit {
            self.fit_wanted.set(true);
        }
        if self.fit_wanted.get() {
            self.fit();
        } else if before.selected != scene.selected {
            self.bring_into_view(&prepared);
        }
        self.redraw_soon();
    }

    /// Moves the map so that everything can be seen.
    pub(super) fn fit(&self) {
        let size = self.map.size();
        let Some([south, west, north, east]) = self.scene.borrow().bounds() else { return };
        if size.x() < 10.0 || size.y() < 10.0 {
            return;
        }
        self.fit_wanted.set(false);
        let bounds = js_sys::Array::of2(&pair(south, west), &pair(north, east));
        let margin = MARGIN.min(size.x().min(size.y()) / 6.0);
        let how =
            options(&[("padding", pair(margin, margin)), ("maxZoom", 15.into()), ("animate", false.into())]);
        self.map.fit_bounds(&bounds, &how);
    }

    fn bring_into_view(&self, scene: &Prepared) {
        let Some(pin) = scene.selected.and_then(|index| scene.pins.get(index)) else { return };
        let camera = self.camera();
        if !camera.sees(camera.screen(pin.at), -32.0) {
            let (lat, lon) = pin.at.degrees();
            self.map.pan_to(&pair(lat, lon), &options(&[("animate", motion_is_welcome().into())]));
        }
    }

    /// The scene being shown.
    pub(super) fn scene(&self) -> Rc<Prepared> {
        Rc::clone(&self.scene.borrow())
    }

    /// The topmost pin at a point of the screen.
    pub(super) fn hit(&self, place: (f64, f64)) -> Option<usize> {
        self.scene.borrow().hit(&self.camera(), place, self.detail.get().reach())
    }

    /// Tells the component something.
    pub(super) fn tell(&self, told: Told) {
        (self.tell)(told);
    }

    /// Tells the component what to say about a pin.
    pub(super) fn tell_hover(&self, pin: Option<&PreparedPin>) {
        self.tell(Told::Hover(pin.filter(|pin| !pin.pin.label.is_empty()).map(|pin| {
            let (x, y) = self.camera().screen(pin.at);
            (x, y, pin.pin.label.clone())
        })));
    }

    pub(super) fn camera(&self) -> Camera {
        let size = self.map.size();
        let corner = self.map.pixel_bounds().min();
        let (left, top) = corner.map_or((0.0, 0.0), |corner| (corner.x(), corner.y()));
        Camera { zoom: self.map.zoom(), left, top, width: size.x(), height: size.y() }
    }

    /// Asks for a new picture at the next animation frame.
    pub(super) fn redraw_soon(self: &Rc<Self>) {
        if self.frame_asked.replace(true) {
            return;
        }
        let stage = Rc::downgrade(self);
        request_animation_frame(move || {
            if let Some(stage) = stage.upgrade() {
                stage.frame_asked.set(false);
                stage.redraw();
            }
        });
    }

    fn redraw(&self) {
        if self.zooming.get() {
            return;
        }
        let camera = self.camera();
        if camera.width < 1.0 || camera.height < 1.0 {
            return;
        }
        let density = window().device_pixel_ratio().clamp(1.0, 3.0);
        let (width, height) =
            ((camera.width * density).round() as u32, (camera.height * density).round() as u32);
        // Setting a canvas's size clears it and costs memory, so only when it changes.
        if self.canvas.width() != width || self.canvas.height() != height {
            self.canvas.set_width(width);
            self.canvas.set_height(height);
            self.style("width", &pixels(camera.width));
            self.style("height", &pixels(camera.height));
        }
        let origin = self.map.layer_point(&pair(0.0, 0.0));
        self.style("transform", &format!("translate3d({}, {}, 0)", pixels(origin.x()), pixels(origin.y())));
        let _ = self.context.set_transform(density, 0.0, 0.0, density, 0.0, 0.0);
        let palette = self.palette();
        let scene = self.scene();
        self.detail.set(paint(&Brush(&self.context), &camera, &scene, &palette, self.look.get()));
        if self.drawn.replace(camera) != camera {
            let (metres, pixels) = camera.scale_bar(110.0);
            self.tell(Told::Scale(metres, pixels));
        }
    }

    fn palette(&self) -> Rc<Palette> {
        Rc::clone(self.palette.borrow_mut().get_or_insert_with(|| Rc::new(Palette::read(&self.probe))))
    }

    fn style(&self, property: &str, value: &str) {
        let _ = self.canvas.style().set_property(property, value);
    }

    fn listen(self: &Rc<Self>) {
        self.on("move viewreset resize moveend", |stage, _event| stage.redraw_soon());
        self.on("zoomanim", |stage, event| stage.follow_zoom(event.unchecked_ref()));
        self.on("zoomend", |stage, _event| {
            stage.zooming.set(false);
            stage.redraw_soon();
        });
        let mut listening = self.listening.borrow_mut();
        listening.extend(listen::theme(self.later(|stage| {
            stage.palette.replace(None);
            stage.redraw_soon();
        })));
        listening.extend(listen::size(
            &self.container,
            self.later(|stage| {
                stage.map.invalidate_size(&options(&[("animate", false.into())]));
                if stage.fit_wanted.get() {
                    stage.fit();
                }
            }),
        ));
    }

    /// Keeps a listener for as long as the map lives.
    pub(super) fn keep(&self, listening: Listening) {
        self.listening.borrow_mut().push(listening);
    }

    /// Hears one or more of Leaflet's own events.
    pub(super) fn on(self: &Rc<Self>, events: &str, hear: impl Fn(&Rc<Self>, &JsValue) + 'static) {
        let stage = Rc::downgrade(self);
        let closure = Closure::new(move |event: JsValue| {
            if let Some(stage) = stage.upgrade() {
                hear(&stage, &event);
            }
        });
        self.map.on(events, closure.as_ref().unchecked_ref());
        self.on_map.borrow_mut().push(closure);
    }

    fn later(self: &Rc<Self>, act: impl Fn(&Rc<Self>) + Clone + 'static) -> impl Fn() + Clone + 'static {
        let stage: Weak<Self> = Rc::downgrade(self);
        move || {
            if let Some(stage) = stage.upgrade() {
                act(&stage);
            }
        }
    }

    /// Scales the last picture to where an animated zoom is going; the style sheet animates the way there.
    fn follow_zoom(&self, event: &ZoomEvent) {
        self.zooming.set(true);
        let (drawn, size, zoom) = (self.drawn.get(), self.map.size(), event.target_zoom());
        let center = World::of(event.center().lat(), event.center().lng());
        let scale = scale_at(zoom);
        let origin = self.map.layer_point(&pair(0.0, 0.0));
        // Leaflet's new pixel origin, to which every layer of the pane will be relative.
        let origin_x = (center.x * scale - size.x() / 2.0 - origin.x()).round();
        let origin_y = (center.y * scale - size.y() / 2.0 - origin.y()).round();
        let factor = scale / scale_at(drawn.zoom);
        let (x, y) = (drawn.left * factor - origin_x, drawn.top * factor - origin_y);
        self.style(
            "transform",
            &format!("translate3d({}, {}, 0) scale({})", pixels(x), pixels(y), shortest(factor)),
        );
    }
}

impl Drop for Stage {
    fn drop(&mut self) {
        self.listening.borrow_mut().clear();
        self.map.remove();
    }
}

/// Whether the reader has not asked for stillness.
fn motion_is_welcome() -> bool {
    let reduced = window().match_media("(prefers-reduced-motion: reduce)").ok().flatten();
    !reduced.is_some_and(|query| query.matches())
}
