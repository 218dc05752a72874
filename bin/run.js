#!/usr/bin/env node
const { loadCode } = require('../dist/code-cache.js');

const program = loadCode(require.resolve('../dist/program.js'), process.argv[2]);
program.exports.main(process.argv.slice(2)).then(() => process.exitCode || program.keep());
