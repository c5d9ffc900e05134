//! The few functions of Leaflet 1.9 that the map uses, as its reference documents them.

use wasm_bindgen::prelude::*;

#[wasm_bindgen]
extern "C" {
    /// `L.Map`.
    pub(super) type LeafletMap;

    #[wasm_bindgen(js_namespace = L, js_name = map, catch)]
    pub(super) fn new_map(container: &web_sys::HtmlElement, options: &JsValue)
    -> Result<LeafletMap, JsValue>;

    /// `[lat, lon]`, a zoom and pan options.
    #[wasm_bindgen(method, structural, js_name = setView)]
    pub(super) fn set_view(this: &LeafletMap, center: &JsValue, zoom: f64, options: &JsValue);

    /// `[[lat, lon], [lat, lon]]` and fit options.
    #[wasm_bindgen(method, structural, js_name = fitBounds)]
    pub(super) fn fit_bounds(this: &LeafletMap, bounds: &JsValue, options: &JsValue);

    #[wasm_bindgen(method, structural, js_name = panTo)]
    pub(super) fn pan_to(this: &LeafletMap, center: &JsValue, options: &JsValue);

    #[wasm_bindgen(method, structural, js_name = zoomIn)]
    pub(super) fn zoom_in(this: &LeafletMap);

    #[wasm_bindgen(method, structural, js_name = zoomOut)]
    pub(super) fn zoom_out(this: &LeafletMap);

    #[wasm_bindgen(method, structural, js_name = getZoom)]
    pub(super) fn zoom(this: &LeafletMap) -> f64;

    #[wasm_bindgen(method, structural, js_name = getSize)]
    pub(super) fn size(this: &LeafletMap) -> Point;

    #[wasm_bindgen(method, structural, js_name = getPixelBounds)]
    pub(super) fn pixel_bounds(this: &LeafletMap) -> Bounds;

    #[wasm_bindgen(method, structural, js_name = containerPointToLayerPoint)]
    pub(super) fn layer_point(this: &LeafletMap, point: &JsValue) -> Point;

    #[wasm_bindgen(method, structural, js_name = getPane)]
    pub(super) fn pane(this: &LeafletMap, name: &str) -> web_sys::HtmlElement;

    #[wasm_bindgen(method, structural, js_name = invalidateSize)]
    pub(super) fn invalidate_size(this: &LeafletMap, options: &JsValue);

    #[wasm_bindgen(method, structural)]
    pub(super) fn on(this: &LeafletMap, events: &str, listener: &js_sys::Function);

    #[wasm_bindgen(method, structural)]
    pub(super) fn remove(this: &LeafletMap);

    #[wasm_bindgen(method, structural, getter)]
    pub(super) fn dragging(this: &LeafletMap) -> Handler;

    /// `L.Handler`: an interaction that can be switched off and on.
    pub(super) type Handler;

    #[wasm_bindgen(method, structural)]
    pub(super) fn enable(this: &Handler);

    #[wasm_bindgen(method, structural)]
    pub(super) fn disable(this: &Handler);

    /// `L.Point`: pixels.
    pub(super) type Point;

    #[wasm_bindgen(method, structural, getter)]
    pub(super) fn x(this: &Point) -> f64;

    #[wasm_bindgen(method, structural, getter)]
    pub(super) fn y(this: &Point) -> f64;

    /// `L.Bounds`: a rectangle in pixels.
    pub(super) type Bounds;

    #[wasm_bindgen(method, structural, getter)]
    pub(super) fn min(this: &Bounds) -> Option<Point>;

    /// `L.LatLng`: WGS 84 degrees.
    pub(super) type LatLng;

    #[wasm_bindgen(method, structural, getter)]
    pub(super) fn lat(this: &LatLng) -> f64;

    #[wasm_bindgen(method, structural, getter)]
    pub(super) fn lng(this: &LatLng) -> f64;

    /// The event of `mousemove` and `click`.
    pub(super) type MouseEvent;

    #[wasm_bindgen(method, structural, getter, js_name = containerPoint)]
    pub(super) fn container_point(this: &MouseEvent) -> Point;

    /// The event of `zoomanim`: where an animated zoom is going.
    pub(super) type ZoomEvent;

    #[wasm_bindgen(method, structural, getter)]
    pub(super) fn center(this: &ZoomEvent) -> LatLng;

    #[wasm_bindgen(method, structural, getter, js_name = zoom)]
    pub(super) fn target_zoom(this: &ZoomEvent) -> f64;

    /// `L.TileLayer`.
    pub(super) type TileLayer;

    #[wasm_bindgen(js_namespace = L, js_name = tileLayer)]
    pub(super) fn tile_layer(url: &str, options: &JsValue) -> TileLayer;

    #[wasm_bindgen(method, structural, js_name = addTo)]
    pub(super) fn add_to(this: &TileLayer, map: &LeafletMap);
}

/// A plain object of options, as Leaflet's functions take them.
pub(super) fn options(pairs: &[(&str, JsValue)]) -> JsValue {
    let object = js_sys::Object::new();
    for (key, value) in pairs {
        // Setting a property of a fresh plain object cannot fail.
        let _ = js_sys::Reflect::set(&object, &(*key).into(), value);
    }
    object.into()
}

/// Two numbers as an array: `[lat, lon]` or `[x, y]`.
pub(super) fn pair(first: f64, second: f64) -> JsValue {
    js_sys::Array::of2(&first.into(), &second.into()).into()
}
