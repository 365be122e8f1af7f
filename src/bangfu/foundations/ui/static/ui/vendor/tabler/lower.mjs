// Rewrites Tabler's stylesheet for browsers of the age of Chromium 86 and prints the result.
//
//   node lower.mjs path/to/@tabler/core/dist/css/tabler.css > tabler.css
//
// Tabler 1.6 speaks CSS of 2023: oklch(), color-mix(), light-dark(), logical shorthands, :is(), :has().
// An office browser of 2020 drops each such declaration, and with it every button colour.
// Our house has one light theme and one writing direction, so all of it can be worked out beforehand.
import { readFileSync } from "node:fs";

// Our own palette. Status colours are darker than Tabler's, so that they read on white (WCAG AA).
const PALETTE = {
  primary: "#b3202a", "primary-fg": "#ffffff", danger: "#b3261e", red: "#b3261e",
  success: "#1a7f37", green: "#1a7f37", warning: "#8a5a00", yellow: "#8a5a00",
  info: "#1d5fa8", azure: "#1d5fa8", blue: "#1d5fa8", orange: "#a84300", purple: "#7a3ea8",
  secondary: "#5f6368", muted: "#5f6368", "link-color": "#a01c25", "link-hover-color": "#7c141b",
  "font-sans-serif":
    '"PingFang SC", "Microsoft YaHei", "Noto Sans CJK SC", "Noto Sans SC", "Source Han Sans SC", "WenQuanYi Micro Hei", sans-serif',
};

// Shorthands of one or two values -> the two physical properties they stand for.
const PAIRS = {
  "margin-inline": ["margin-left", "margin-right"], "padding-inline": ["padding-left", "padding-right"],
  "inset-inline": ["left", "right"], "margin-block": ["margin-top", "margin-bottom"],
  "padding-block": ["padding-top", "padding-bottom"], "inset-block": ["top", "bottom"],
};
const NAMES = [
  ["inset-inline-start", "left"], ["inset-inline-end", "right"], ["inset-block-start", "top"], ["inset-block-end", "bottom"],
  ["border-start-start-radius", "border-top-left-radius"], ["border-start-end-radius", "border-top-right-radius"],
  ["border-end-start-radius", "border-bottom-left-radius"], ["border-end-end-radius", "border-bottom-right-radius"],
];

function splitArguments(text, separator = ",") {
  const parts = [];
  let depth = 0, quote = "", start = 0;
  for (let i = 0; i < text.length; i++) {
    const c = text[i];
    if (quote) { if (c === quote) quote = ""; continue; }
    if (c === '"' || c === "'") quote = c;
    else if (c === "(" || c === "[") depth++;
    else if (c === ")" || c === "]") depth--;
    else if (c === separator && depth === 0) { parts.push(text.slice(start, i).trim()); start = i + 1; }
  }
  parts.push(text.slice(start).trim());
  return parts;
}

// Replaces each `name(...)` by what `rewrite` makes of its inside, innermost first.
function replaceCalls(text, name, rewrite) {
  let out = text, from = out.length;
  for (;;) {
    const at = out.lastIndexOf(name + "(", from);
    if (at < 0) return out;
    from = at - 1;
    if (at === 0 || !/[\w-]/.test(out[at - 1])) {
      let depth = 0, end = at + name.length;
      for (; end < out.length; end++) {
        if (out[end] === "(") depth++;
        else if (out[end] === ")" && --depth === 0) break;
      }
      const result = rewrite(out.slice(at + name.length + 1, end));
      if (result !== null) out = out.slice(0, at) + result + out.slice(end + 1);
    }
    if (from < 0) return out;
  }
}

const toLinear = (v) => (v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4);
const fromLinear = (v) => (v <= 0.0031308 ? 12.92 * v : 1.055 * v ** (1 / 2.4) - 0.055);

function labFromRgb([r, g, b, a]) {
  const [x, y, z] = [r, g, b].map(toLinear);
  const l = Math.cbrt(0.4122214708 * x + 0.5363325363 * y + 0.0514459929 * z);
  const m = Math.cbrt(0.2119034982 * x + 0.6806995451 * y + 0.1073969566 * z);
  const s = Math.cbrt(0.0883024619 * x + 0.2817188376 * y + 0.6299787005 * z);
  return [0.2104542553 * l + 0.793617785 * m - 0.0040720468 * s, 1.9779984951 * l - 2.428592205 * m + 0.4505937099 * s,
    0.0259040371 * l + 0.7827717662 * m - 0.808675766 * s, a];
}

function rgbFromLab([L, A, B, a]) {
  const l = (L + 0.3963377774 * A + 0.2158037573 * B) ** 3;
  const m = (L - 0.1055613458 * A - 0.0638541728 * B) ** 3;
  const s = (L - 0.0894841775 * A - 1.291485548 * B) ** 3;
  return [4.0767416621 * l - 3.3077115913 * m + 0.2309699292 * s, -1.2684380046 * l + 2.6097574011 * m - 0.3413193965 * s,
    -0.0041960863 * l - 0.7034186147 * m + 1.707614701 * s].map((v) => Math.min(1, Math.max(0, fromLinear(v)))).concat(a);
}

function print([r, g, b, a]) {
  const bytes = [r, g, b].map((v) => Math.round(v * 255));
  if (a < 1) return `rgba(${bytes.join(", ")}, ${+a.toFixed(3)})`;
  return "#" + bytes.map((v) => v.toString(16).padStart(2, "0")).join("");
}

function parseColour(text) {
  const value = text.trim();
  if (value === "transparent") return [0, 0, 0, 0];
  if (value === "white") return [1, 1, 1, 1];
  let m = /^#([0-9a-f]{3}|[0-9a-f]{6})$/i.exec(value);
  if (m) {
    const hex = m[1].length === 3 ? [...m[1]].map((c) => c + c).join("") : m[1];
    return [0, 2, 4].map((i) => parseInt(hex.slice(i, i + 2), 16) / 255).concat(1);
  }
  m = /^rgba?\(([^()]*)\)$/.exec(value);
  if (!m) return null;
  const parts = m[1].split(/[\s,/]+/).filter(Boolean);
  const numbers = parts.map((p, i) => (p.endsWith("%") ? parseFloat(p) / 100 : i < 3 ? parseFloat(p) / 255 : parseFloat(p)));
  if (numbers.some(Number.isNaN)) return null;
  return numbers.length === 3 ? numbers.concat(1) : numbers;
}

const root = {};

function substitute(text) {
  return replaceCalls(text, "var", (inside) => {
    const [name] = splitArguments(inside);
    const key = name.replace(/^--tblr-/, "");
    if (/^(bg|text|border|link|link-underline)-opacity$/.test(key)) return "1";
    if (key in root) return substitute(lower(root[key]));
    return null;
  });
}

function percentage(text) {
  const plain = substitute(text).replace(/calc\(\s*([\d.]+)\s*\*\s*100%\s*\)/, (_, n) => `${n * 100}%`);
  return /^[\d.]+%$/.test(plain) ? parseFloat(plain) / 100 : null;
}

function parseStop(text) {
  const m = /^(.*?)(?:\s+((?:[\d.]+%)|calc\(.*\)))?$/.exec(text.trim());
  return { colour: m[1].trim(), share: m[2] === undefined ? undefined : percentage(m[2]) };
}

// A mix of a colour that is only known inside a component becomes the colour itself or a plain grey veil.
function unknownMix(first, share) {
  return share !== null && share !== undefined && share < 0.5 ? `rgba(127, 127, 127, ${+(share * 0.8).toFixed(2)})` : first;
}

function mix(inside) {
  const [, a, b] = splitArguments(inside);
  const [first, second] = [parseStop(a), parseStop(b)];
  let share = first.share;
  if (share === undefined) share = second.share === undefined ? 0.5 : 1 - second.share;
  if (share === 1) return first.colour;
  const [x, y] = [parseColour(substitute(first.colour)), parseColour(substitute(second.colour))];
  if (!x || !y || share === null) return unknownMix(first.colour, share);
  if (y[3] === 0) return print([x[0], x[1], x[2], x[3] * share]);
  const [p, q] = [labFromRgb(x), labFromRgb(y)];
  return print(rgbFromLab(p.map((v, i) => v * share + q[i] * (1 - share))));
}

function lower(value) {
  let out = replaceCalls(value, "light-dark", (inside) => splitArguments(inside)[0]);
  out = replaceCalls(out, "oklch", (inside) => {
    if (inside.startsWith("from")) return "transparent";
    const [l, c, h] = inside.replace(/none/g, "0").split(/[\s/]+/).map(parseFloat);
    const angle = (h * Math.PI) / 180;
    return print(rgbFromLab([l / 100, c * Math.cos(angle), c * Math.sin(angle), 1]));
  });
  return replaceCalls(out, "color-mix", mix);
}

function declaration(name, value) {
  const low = lower(name.startsWith("--tblr-") && name.slice(7) in PALETTE ? PALETTE[name.slice(7)] : value);
  const important = low.includes("!important") ? " !important" : "";
  const parts = splitArguments(low.replace(/\s*!important/, ""), " ").filter(Boolean);
  if (name in PAIRS) return PAIRS[name].map((p, i) => `${p}:${parts[Math.min(i, parts.length - 1)]}${important}`).join(";");
  if (name === "inset") {
    const [t, r = t, b = t, l = r] = parts;
    return `top:${t}${important};right:${r}${important};bottom:${b}${important};left:${l}${important}`;
  }
  const renamed = NAMES.find(([from]) => from === name);
  const physical = (renamed ? renamed[1] : name)
    .replace(/^(margin|padding|border)-inline-start/, "$1-left").replace(/^(margin|padding|border)-inline-end/, "$1-right");
  return `${physical}:${low}`;
}

// Old browsers drop a whole rule for one unknown selector: unroll :not() lists, drop what is for other themes.
function selector(text) {
  const kept = splitArguments(text.replace(/\s+/g, " ")).filter((s) => !/:has\(|folded|theme-dark|theme=dark|navbar-theme|:where\(/.test(s));
  return kept.map((s) => {
    const flat = replaceCalls(s, ":not", (inside) => {
      const plain = inside.replace(/^:is\((.*)\)$/, "$1");
      const parts = splitArguments(plain);
      return parts.length > 1 ? parts.map((p) => `:NOT(${p})`).join("") : `:NOT(${plain})`;
    }).replace(/:NOT/g, ":not");
    return flat;
  }).filter((s) => !s.includes(":is(")).join(",");
}

function collectRoot(css) {
  for (const [, selectors, body] of css.matchAll(/^([^\s@{}][^{}]*)\{([^{}]*)\}/gm)) {
    if (!splitArguments(selectors).includes(":root")) continue;
    for (const [, name, value] of body.matchAll(/--tblr-([\w-]+):\s*([^;]*);/g)) root[name] = value;
  }
  Object.assign(root, PALETTE);
}

function rewrite(css) {
  let out = "", at = 0;
  const token = /([^{};]*)([{};])/gy;
  const dropped = [];
  // Data URLs hold semicolons, so strings are put aside first.
  const strings = [];
  const plain = css.replace(/"[^"\n]*"|'[^'\n]*'/g, (s) => `\u0001${strings.push(s) - 1}\u0001`);
  while (at < plain.length) {
    token.lastIndex = at;
    const m = token.exec(plain);
    if (!m) break;
    at = token.lastIndex;
    const text = m[1].trim();
    if (m[2] === "{") {
      const keep = text.startsWith("@") || /^(from|to|[\d.]+%)/.test(text);
      const head = keep ? text.replace(/\s+/g, " ") : selector(text);
      dropped.push(dropped.includes(true) || head === "");
      if (!dropped.includes(true)) out += head + "{";
    } else if (!dropped.includes(true) && text) {
      const colon = text.indexOf(":");
      out += (text.startsWith("@") ? text : declaration(text.slice(0, colon).trim(), text.slice(colon + 1).trim())) + ";";
    }
    if (m[2] === "}") {
      if (!dropped.includes(true)) out += "}\n";
      dropped.pop();
    }
  }
  const images = strings.map((s) => s.replace(/oklch%28([\d.]+)%25 ([\d.]+) ([\d.]+)deg%29/g,
    (_, l, c, h) => lower(`oklch(${l}% ${c} ${h}deg)`).replace("#", "%23")));
  return out.replace(/;\}/g, "}").replace(/[^{}\n]+\{\}\n/g, "").replace(/\u0001(\d+)\u0001/g, (_, n) => images[n]);
}

const source = readFileSync(process.argv[2], "utf8");
const banner = /\/\*![\s\S]*?\*\//.exec(source)[0];
const css = source.replace(/\/\*[\s\S]*?\*\//g, "").replace('@charset "UTF-8";', "");
collectRoot(css);
process.stdout.write(`@charset "UTF-8";\n${banner}\n/* Lowered for Chromium 86 by lower.mjs; see ../README.md. */\n${rewrite(css)}`);
