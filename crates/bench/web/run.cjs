// Runs one search in WebAssembly as the portal's worker does: warmed up, in slices of some milliseconds.
//
//     node run.cjs GLUE FILE ROUTES SECONDS SEED [cold]
//
// Prints {"routes": [[customer, ...], ...], "wall_s": s, "first_s": s, "slice_s": s, "memory_mb": megabytes}, {"skip": "..."} or
// {"error": "..."} as its last line. Starting the process, reading the file from disk, compiling the module and warming it up
// happen before the clock starts; with "cold" it is not warmed up. The first plan is there when it has been told as the
// worker tells its page; the longest slice is without the reading of the file; the memory holds the file's text, too.
"use strict";

const fs = require("node:fs");

const [glue, file, routes, seconds, seed, cold] = process.argv.slice(2);
const { WebSearch, warm } = require(glue);
const text = fs.readFileSync(file, "utf8");

const pause = () => new Promise((resume) => setTimeout(resume));

async function run() {
    if (cold !== "cold") {
        warm();
        // What is being compiled in the background is put in place.
        await pause();
    }
    const begun = performance.now();
    let search;
    try {
        search = new WebSearch(text, Number(routes), Number(seed), Number(seconds));
    } catch (error) {
        // It cannot do this kind of problem; a panic is a RuntimeError and goes on.
        if (error instanceof WebAssembly.RuntimeError) throw error;
        return { skip: String(error.message ?? error) };
    }
    let first = null;
    let longest = 0;
    for (;;) {
        const before = performance.now();
        const state = search.slice();
        const after = performance.now();
        longest = Math.max(longest, after - before);
        if (state > 0) first ??= (after - begun) / 1000;
        if (state === 2) break;
    }
    const found = search.routes();
    const wall = (performance.now() - begun) / 1000;
    const plan = [];
    let route = [];
    for (const customer of found) {
        if (customer >= 0) {
            route.push(customer);
        } else {
            plan.push(route);
            route = [];
        }
    }
    const memory = search.memory() / 1e6;
    return { routes: plan, wall_s: wall, first_s: first, slice_s: longest / 1000, memory_mb: memory };
}

run()
    .catch((error) => ({ error: String(error.message ?? error) }))
    .then((answer) => console.log(JSON.stringify(answer)));
