# ours: kept current by mlops-maturity upgrade
"""How the page looks, and how it keeps itself current."""

STYLE = """
:root {
  color-scheme: light dark;
  --paper: #f8f7f3; --card: #fff; --ink: #1d2327; --soft: #59626a; --line: #dedbd2;
  --accent: #1d5c57; --bar: #5d958f; --other: #27706a; --wash: #e0ece9;
  --aim: #a04a12; --aim-wash: #fbecdf; --warn: #6b5a12; --warn-wash: #f6f0d4;
  --sans: Inter, "Segoe UI", system-ui, -apple-system, "Helvetica Neue", "Liberation Sans", Arial,
    sans-serif;
  --serif: "Iowan Old Style", "Palatino Linotype", Palatino, Georgia, Gelasio, "Source Serif 4",
    "Liberation Serif", serif;
}
@media screen and (prefers-color-scheme: dark) {
  :root {
    --paper: #14181a; --card: #1b2023; --ink: #e9e6df; --soft: #a5adb2; --line: #343b3f;
    --accent: #83cabf; --bar: #4f8a83; --other: #83cabf; --wash: #20393a;
    --aim: #f2aa70; --aim-wash: #3a2a1e; --warn: #e2cf7c; --warn-wash: #35301a;
  }
}
* { box-sizing: border-box }
html { font: 100%/1.5 var(--sans); -webkit-text-size-adjust: 100%; text-size-adjust: 100% }
body { margin: 0; background: var(--paper); color: var(--ink); overflow-wrap: anywhere }
main { max-width: 68rem; margin: 0 auto;
  padding: clamp(1.5rem, 4vw, 3rem) clamp(1rem, 4vw, 2.5rem) 3rem }
h1, h2, h3 { line-height: 1.2; margin: 0; text-wrap: balance }
h1 { font: 600 clamp(1.75rem, 1.1rem + 2.6vw, 2.75rem)/1.15 var(--serif); letter-spacing: -.012em }
h2 { font: 600 1.5rem/1.2 var(--serif) }
h3 { font: 600 1rem/1.4 var(--sans) }
p { margin: 0 }
section { margin-top: 3rem }
code { font: .88em ui-monospace, "SF Mono", Menlo, Consolas, "Liberation Mono", monospace }
time { white-space: nowrap }
.over { font: 600 .75rem/1.4 var(--sans); letter-spacing: .09em; text-transform: uppercase;
  color: var(--accent); margin-bottom: .6rem }
.about { color: var(--soft); font-size: .9375rem; margin: .35rem 0 1rem; max-width: 65ch }
.note { color: var(--soft); font-size: .875rem }
.head { display: grid; grid-template-columns: auto 1fr; column-gap: 1.1rem; align-items: start }
.head .over { grid-column: 2 }
.head .sign { width: 3rem; height: 3rem; grid-row: 2 }
.head > :not(.sign):not(.over) { grid-column: 2 }
.lede { font-size: 1.125rem; color: var(--soft); max-width: 60ch; margin-top: .6rem }
.meta { display: flex; flex-wrap: wrap; gap: .2rem 1.25rem; color: var(--soft);
  font-size: .875rem; margin-top: .9rem }
.stale { color: var(--aim); font-weight: 600 }
.sign .ground { fill: var(--accent) } .sign .stroke { stroke: var(--card) }
.alarm .sign .ground { fill: var(--aim) } .unsure .sign .ground { fill: var(--warn) }
.sign .stroke { fill: none; stroke-width: 4; stroke-linecap: round; stroke-linejoin: round }

.row { display: grid; gap: 1.1rem; margin-top: 2.25rem;
  grid-template-columns: repeat(auto-fit, minmax(min(100%, 19rem), 1fr)) }
.card { background: var(--card); border: 1px solid var(--line); border-radius: .6rem;
  padding: 1.15rem 1.35rem 1.25rem }
.row .card { border-top: 3px solid var(--accent); margin: 0 }
.card.aim { border-left: 4px solid var(--aim) }
.big { font: 600 1.75rem/1.2 var(--serif); margin-bottom: .35rem }
.big small { font: 400 .9375rem var(--sans); color: var(--soft) }
.card.wide { margin-top: 1.1rem }
.card .note + .note { margin-top: .35rem }
.ends { margin: .7rem 0 0; padding: 0; list-style: none; font-size: .875rem }
.ends li { padding: .35rem 0; border-top: 1px solid var(--line) }
.facts { display: grid; grid-template-columns: max-content minmax(0, 1fr); gap: .2rem 1rem;
  margin: .7rem 0 0; font-size: .9375rem }
.facts dt { color: var(--soft) } .facts dd { margin: 0 }
.split { display: flex; justify-content: space-between; gap: 1rem; font-size: .9375rem;
  margin-top: .35rem }
.split span:last-child { text-align: right }

svg { display: block; overflow: visible }
svg text { font: 12px var(--sans); fill: var(--soft) }
svg .bold, svg .mark-text { font-weight: 600; fill: var(--ink) }
.base { stroke: var(--soft); stroke-width: 1; opacity: .55 } .grid { stroke: var(--line) }
.limit { stroke: var(--ink); stroke-width: 1; stroke-dasharray: 2 3; opacity: .75 }
.expected { stroke: var(--ink); stroke-width: 1.25; stroke-dasharray: 6 4 }
.mark { stroke: var(--soft); stroke-width: 1 }
.quiet, .one { fill: var(--bar) } .two { fill: url(#hatch) }
.past { fill: none; stroke: var(--aim); stroke-width: 1.25 }
.drift { fill: var(--aim) } rect.alarm { fill: var(--aim) }
.none { fill: none; stroke: var(--soft); stroke-width: 1 }
.hatch-ground { fill: var(--card) } .hatch-line { stroke: var(--other); stroke-width: 5 }
.range { stroke: var(--bar); stroke-width: 2.5; stroke-linecap: round; fill: none }
.range.worse, .range.lost { stroke: var(--aim) } 
.range.few { stroke: var(--soft); stroke-width: 1; stroke-dasharray: 1 3 }
path.dot, path.fine { fill: var(--accent) } path.worse { fill: var(--aim) }
path.few { fill: var(--card); stroke: var(--soft); stroke-width: 1.25 }
.days { display: flex; justify-content: space-between; color: var(--soft); font-size: .75rem;
  margin-top: .2rem }
.plot { display: grid; grid-template-columns: minmax(0, 1fr) 9.5rem; column-gap: 1rem }
.plot .note { align-self: end; line-height: 1.3 }
.plot ~ .days { margin-right: 10.5rem }
.card .plot { grid-template-columns: minmax(0, 1fr) 4.5rem }
.card .plot ~ .days { margin-right: 5.5rem }
.on { paint-order: stroke; stroke: var(--card); stroke-width: 4px }
.beside { display: grid; grid-template-columns: 14rem minmax(0, 1fr) }
.beside .about { padding-right: 1.5rem }

.strips { display: grid; grid-template-columns: 14rem minmax(0, 1fr) 10.5rem; align-items: center }
.strips > .cell { display: contents }
.strips .name { font-weight: 500; font-size: .9375rem; line-height: 1.25; padding-right: 1.5rem }
.strips .size { font-size: .875rem; line-height: 1.25; color: var(--soft); padding-left: 1rem;
  font-variant-numeric: tabular-nums }
.strips strong { color: var(--aim) }
.strips .days { grid-column: 2 }
.strips .gap { grid-column: 1 / -1; border-top: 1px solid var(--line); margin: .55rem 0 }
.key { display: flex; flex-wrap: wrap; gap: .2rem 1.3rem; font-size: .8125rem; color: var(--soft);
  margin-bottom: .8rem }
.key span { display: inline-flex; align-items: center; gap: .4rem }

details { margin-top: .9rem; font-size: .875rem } summary { cursor: pointer; color: var(--soft) }
summary:focus-visible, button:focus-visible, input:focus-visible, .scroll:focus-visible
  { outline: 2px solid var(--accent); outline-offset: 3px; border-radius: .2rem }
.scroll { overflow-x: auto; margin-top: .6rem }
table { border-collapse: collapse; font-size: .8125rem; font-variant-numeric: tabular-nums }
th, td { text-align: left; padding: .25rem 1rem .25rem 0; border-bottom: 1px solid var(--line);
  vertical-align: top; overflow-wrap: normal }
th { font-weight: 600 }

.alerts { list-style: none; margin: 1rem 0 0; padding: 0; display: grid; gap: .7rem }
.past-alerts { list-style: none; margin: .6rem 0 0; padding: 0 }
.past-alerts li { padding: .4rem 0; border-top: 1px solid var(--line) }
.line { list-style: none; margin: 1.2rem 0 0; padding: 0 }
.line li { display: grid; grid-template-columns: 6.5rem 1.6rem minmax(0, 1fr); position: relative;
  padding-bottom: .9rem }
.line li:not(:last-child)::before { content: ""; position: absolute; left: calc(6.5rem + .45rem);
  top: 1rem; bottom: -.35rem; width: 1px; background: var(--line) }
.line time { color: var(--soft); font-size: .875rem; line-height: 1.6 }
.line svg { width: 15px; height: 15px; margin-top: .28rem; position: relative }
.line .ground { fill: var(--paper); stroke: var(--soft); stroke-width: 1.5 }
.line .release .ground { fill: var(--accent); stroke: var(--accent) }
.line .alarm .ground { fill: var(--aim); stroke: var(--aim) }
.line .release p { font-weight: 600 }
form { display: grid; gap: .8rem; max-width: 24rem; margin-top: 1.5rem }
input { font: inherit; padding: .5rem .7rem; border: 1px solid var(--soft); border-radius: .4rem;
  background: var(--card); color: var(--ink); width: 100% }
button { font: 600 1rem var(--sans); padding: .55rem 1.1rem; border: 0; border-radius: .4rem;
  background: var(--accent); color: var(--card); justify-self: start; cursor: pointer }

@media (max-width: 48rem) {
  .head { grid-template-columns: 1fr } .head > * { grid-column: 1 !important }
  .head .sign { grid-row: auto; margin-bottom: .8rem; width: 2.5rem; height: 2.5rem }
  .strips, .beside { display: block }
  .strips > .cell { display: grid; grid-template-columns: minmax(0, 1fr) auto;
    margin-bottom: .5rem }
  .cell svg { grid-row: 2; grid-column: 1 / -1 } .strips .name { padding-right: .5rem }
  .beside .about { padding-right: 0 }
  .plot, .card .plot { grid-template-columns: minmax(0, 1fr) 4.2rem; column-gap: .4rem }
  .plot ~ .days, .card .plot ~ .days { margin-right: 4.6rem }
  .plot .bold { font-size: 11px }
  .line li { grid-template-columns: 1.6rem minmax(0, 1fr) }
  .line time { grid-column: 2 } .line svg { grid-row: 1 } .line p { grid-column: 2 }
  .line li:not(:last-child)::before { left: .45rem }
}
@media print {
  :root { --paper: #fff }
  main { max-width: none; padding: 0 } section, .card { break-inside: avoid }
  * { -webkit-print-color-adjust: exact; print-color-adjust: exact }
}
"""
SCRIPT = """
const every = 30000;
const again = async () => {
  if (document.hidden) return;
  const old = document.querySelector('main');
  try {
    const answer = await fetch(location.href, { cache: 'no-store' });
    if (answer.status === 401) return location.reload();
    if (!answer.ok) throw new Error(answer.status);
    const page = new DOMParser().parseFromString(await answer.text(), 'text/html');
    const fresh = document.adoptNode(page.querySelector('main'));
    for (const one of old.querySelectorAll('details[open]')) {
      const same = fresh.querySelector('#' + one.id);
      if (same) same.open = true;
    }
    const focus = document.activeElement.id;
    old.replaceWith(fresh);
    if (focus) document.getElementById(focus)?.focus({ preventScroll: true });
    document.title = page.title;
  } catch (error) {
    const told = document.querySelector('#current');
    told.textContent = 'The service does not answer; this is what it told before.';
    told.className = 'stale';
  }
};
setInterval(again, every);
document.addEventListener('visibilitychange', again);
"""
