#!/usr/bin/env -S node --import tsx
import('../src/program.ts').then(({ main }) => main(process.argv.slice(2)));
