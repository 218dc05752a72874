/** Code of functions of numbers; what is missing here is the interpreter's. */
import type { BoundExpr } from '../bound.js';
import { negateKernel } from './arithmetic-emit.js';
import { rescaleEmit } from './cast-emit.js';
import type { EmitRule, JsEmit } from './emit.js';

function js(expr: JsEmit['expr'], mayFail = false): JsEmit {
  return { kind: 'js', mayFail, makesNull: false, expr };
}

const absInt = js(([a], body) => {
  body.failIf(`${a} === -2147483648`);
  return `Math.abs(${a})`;
}, true);

export const absEmit: EmitRule = (_args, result) => {
  if (result.kind === 'double') return js(([a]) => `Math.abs(${a})`);
  return result.kind === 'int' ? absInt : negateKernel(1, result);
};

/** A pure function of doubles to a double or a boolean; `refuse` answers what is wrong with the arguments, if anything. */
export function doublesEmit(
  compute: (a: number, b: number) => number | boolean,
  refuse?: (a: number, b: number) => string | undefined,
): EmitRule {
  const emit = js((args, body) => {
    const list = args.join(', ');
    if (refuse !== undefined) body.failIf(`${body.hoist(refuse)}(${list}) !== undefined`);
    return `${body.hoist(compute)}(${list})`;
  }, refuse !== undefined);
  return (args, result) => {
    const fits = result.kind === 'double' || result.kind === 'boolean';
    return fits && args.every(({ type }) => type.kind === 'double') ? emit : null;
  };
}

/** trunc(x[, digits]) of a double; `truncDouble` is its meaning. */
export function truncEmit(truncDouble: (value: number, places: number) => number): EmitRule {
  return (args, result) => {
    const places = placesOf(args[1]);
    if (places === undefined || result.kind !== 'double') return null;
    return js(([a], body) => `${body.hoist(truncDouble)}(${a}, ${places})`);
  };
}

/** round(x[, digits]) with digits as written; `roundDouble` is its meaning for doubles. */
export function roundEmit(roundDouble: (value: number, places: number) => number): EmitRule {
  return (args, result) => {
    const places = placesOf(args[1]);
    if (places === undefined) return null;
    if (result.kind === 'double') return js(([a], body) => `${body.hoist(roundDouble)}(${a}, ${places})`);
    if (result.kind !== 'decimal' || places < 0) return null;
    return rescaleEmit(args[0].type, result);
  };
}

function placesOf(digits: BoundExpr | undefined): number | undefined {
  if (digits === undefined) return 0;
  return digits.op === 'literal' && typeof digits.value === 'number' ? digits.value : undefined;
}

export const signEmit: EmitRule = ([arg]) =>
  arg.type.kind === 'int' || arg.type.kind === 'double' ? js(([a]) => `((${a} > 0) | 0) - ((${a} < 0) | 0)`) : null;
