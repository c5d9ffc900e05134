// Speaks up when the portal cannot start, because then no Rust runs that could.
// Kept to what every browser of the last ten years can parse.
(function () {
    "use strict";
    function say(title, text) {
        var boot = document.getElementById("boot");
        if (!boot) return;
        document.getElementById("boot-title").textContent = title;
        document.getElementById("boot-text").textContent = text;
        boot.hidden = false;
    }
    document.addEventListener("DOMContentLoaded", function () {
        if (typeof WebAssembly !== "object") {
            say("This browser cannot run Milkrun",
                "The portal needs WebAssembly, which this browser does not have or has switched off. " +
                "Any Chrome, Edge, Firefox or Safari of the last years has it.");
            return;
        }
        // Nothing is shown for a normal start; a slow one says that it is still going.
        setTimeout(function () { say("Starting Milkrun", "Loading the portal."); }, 1500);
    });
    window.addEventListener("unhandledrejection", function (event) {
        if (document.getElementById("boot")) {
            say("Milkrun could not start", "Load the page again. If that does not help, tell whoever runs the server: " + event.reason);
        }
    });
})();
