// Runs one search in WebAssembly as the portal's worker does: in slices of some milliseconds, with the clock outside.
//
//     node run.cjs GLUE FILE ROUTES SECONDS SEED
//
// Prints {"routes": [[customer, ...], ...], "wall_s": seconds, "first_s": seconds, "memory_mb": megabytes}, {"skip": "..."} or
// {"error": "..."} as its last line. Starting the process, reading the file from disk and compiling the module happen before
// the clock starts. The first plan is there when every stop has been placed once; the memory holds the file's text, too.
"use strict";

const fs = require("node:fs");

// The longest a slice should take, in milliseconds; the worker has the same.
const SLICE = 8;

const [glue, file, routes, seconds, seed] = process.argv.slice(2);
const { WebSearch } = require(glue);
const text = fs.readFileSync(file, "utf8");

function run() {
    const budget = Number(seconds) * 1000;
    const begun = performance.now();
    let search;
    try {
        search = new WebSearch(text, Number(routes), Number(seed));
    } catch (error) {
        // It cannot do this kind of problem; a panic is a RuntimeError and goes on.
        if (error instanceof WebAssembly.RuntimeError) throw error;
        return { skip: String(error.message ?? error) };
    }
    let iterations = 64;
    let first = null;
    for (;;) {
        const before = performance.now();
        const state = search.slice((before - begun) / budget, iterations);
        const after = performance.now();
        const took = Math.max(after - before, 0.1);
        if (state > 0) first ??= (after - begun) / 1000;
        if (state === 2) break;
        const factor = Math.min(Math.max(SLICE / took, 0.25), 2);
        iterations = Math.min(Math.max(Math.floor(iterations * factor), 1), 1_000_000);
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
    return { routes: plan, wall_s: wall, first_s: first, memory_mb: search.memory() / 1e6 };
}

let answer;
try {
    answer = run();
} catch (error) {
    answer = { error: String(error.message ?? error) };
}
console.log(JSON.stringify(answer));
