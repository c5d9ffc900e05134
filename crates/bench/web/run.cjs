// Runs one search in WebAssembly as the portal's worker does: in slices of some milliseconds, with the clock outside.
//
//     node run.cjs GLUE FILE ROUTES SECONDS SEED
//
// Prints {"routes": [[customer, ...], ...], "wall_s": seconds}, {"skip": "..."} or {"error": "..."} as its last line. Starting the
// process, reading the file from disk and compiling the module happen before the clock starts.
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
    for (;;) {
        const before = performance.now();
        const done = search.slice((before - begun) / budget, iterations);
        const took = Math.max(performance.now() - before, 0.1);
        if (done) break;
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
    return { routes: plan, wall_s: wall };
}

let answer;
try {
    answer = run();
} catch (error) {
    answer = { error: String(error.message ?? error) };
}
console.log(JSON.stringify(answer));
