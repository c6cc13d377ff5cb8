"use strict";
// All text of policies and files becomes text nodes: nothing of it is ever parsed as markup.
(() => {
  const data = JSON.parse(document.getElementById("data").textContent);
  const $ = (id) => document.getElementById(id);
  const SEVERITIES = [
    ["error", "error", "errors"],
    ["security-warning", "security warning", "security warnings"],
    ["warning", "warning", "warnings"],
    ["suggestion", "suggestion", "suggestions"],
  ];
  const LEVELS = {
    permissions: ["P", "permissions management"],
    write: ["W", "write"],
    tagging: ["T", "tagging"],
    read: ["R", "read"],
    list: ["L", "list"],
    unknown: ["?", "not in the catalogue"],
  };
  const ORDER = Object.keys(LEVELS);
  const ANY = "all services";
  const MANY = 24;
  const PAGE = 50;
  /** Columns of a table on paper. */
  const ACROSS = 8;
  /** Whether the page is being printed. Nobody can search paper, so no search or filter applies to it. */
  let paper = false;

  /** An element with attributes and children; strings become text. */
  function h(tag, attributes, ...children) {
    const element = document.createElement(tag);
    for (const [name, value] of Object.entries(attributes || {})) {
      if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
      else if (value === true) element.setAttribute(name, "");
      else if (value !== false && value !== null && value !== undefined) element.setAttribute(name, value);
    }
    element.append(...children.flat(Infinity).filter((child) => child !== null && child !== undefined && child !== false));
    return element;
  }
  /** Text with `code` in it. */
  const prose = (text) => text.split("`").map((part, at) => (at % 2 === 1 ? h("code", {}, part) : part));
  const plural = (count, one, several) => `${count.toLocaleString("en")} ${count === 1 ? one : several}`;
  const own = (object, key) => (Object.hasOwn(object, key) ? object[key] : undefined);
  const compare = new Intl.Collator("en", { numeric: true }).compare;

  // ------------------------------------------------------------------ theme

  const dark = matchMedia("(prefers-color-scheme: dark)");
  function setTheme(theme) {
    document.documentElement.dataset.theme = theme;
    $("theme").textContent = theme === "dark" ? "Light" : "Dark";
  }
  setTheme(dark.matches ? "dark" : "light");
  dark.addEventListener("change", () => setTheme(dark.matches ? "dark" : "light"));
  $("theme").addEventListener("click", () => setTheme(document.documentElement.dataset.theme === "dark" ? "light" : "dark"));

  // ------------------------------------------------------------------ verdict

  const open = data.findings.filter((finding) => !finding.accepted);
  const rank = (finding) => SEVERITIES.findIndex(([name]) => name === finding.severity);
  const counts = SEVERITIES.map(([name]) => open.filter((finding) => finding.severity === name).length);
  const worst = open.reduce((best, finding) => (best === null || rank(finding) < rank(best) ? finding : best), null);
  const grown = data.changes.filter((change) => change.grows).length;

  function verdict() {
    const first = counts.findIndex((count) => count > 0);
    let words;
    if (data.errors.length > 0) words = plural(data.errors.length, "input could not be used", "inputs could not be used");
    else if (data.policies.length === 0) words = "No policy was found";
    else if (first < 0) words = "No findings";
    else words = plural(counts[first], SEVERITIES[first][1], SEVERITIES[first][2]);
    if (data.errors.length > 0 && first >= 0) words += `, ${plural(counts[first], SEVERITIES[first][1], SEVERITIES[first][2])}`;
    if (grown > 0) words += ` \u00b7 ${plural(grown, "policy allows more", "policies allow more")}`;
    $("verdict-h").textContent = words;
    const bad = data.errors.length > 0 || data.policies.length === 0;
    $("verdict").classList.add(bad ? "error" : first < 0 ? (grown > 0 ? "warning" : "clean") : SEVERITIES[first][0]);
    SEVERITIES.forEach(([name, one, several], at) => {
      const tile = h("a", { class: `tile ${name}${counts[at] ? "" : " zero"}`, href: "#findings" },
        h("b", {}, counts[at].toLocaleString("en")), counts[at] === 1 ? one : several);
      tile.addEventListener("click", () => { only(name); });
      $("tiles").append(tile);
    });
    for (const error of data.errors) $("worst").append(h("p", { class: "notice" }, error));
    if (worst) $("worst").append(h("h3", {}, open.length === 1 ? "The finding" : "The worst finding"), h("ol", {}, finding(worst)));
    $("scope").textContent =
      `${plural(data.policies.length, "policy", "policies")} in ${plural(data.files, "file", "files")}` +
      (data.base === null ? "" : `, compared with ${data.base}`);
    document.title = `${words} \u2013 policy report`;
    $("foot").textContent = `${data.tool}, AWS data of ${data.catalogue}. This page loads nothing and sends nothing.`;
  }

  // ------------------------------------------------------------------ findings

  const chosen = new Set(SEVERITIES.map(([name]) => name));
  let shown = PAGE;

  function source(found) {
    const pre = h("pre", { tabindex: "0", role: "group", "aria-label": "source" });
    found.source.lines.forEach((line, at) => {
      const number = found.source.first + at;
      pre.append(h("span", { class: "no" }, `${String(number).padStart(4)}  `));
      const [from, to] = number === found.line ? found.source.mark : [0, 0];
      const characters = Array.from(line);
      pre.append(characters.slice(0, from).join(""));
      if (to > from) pre.append(h("mark", {}, characters.slice(from, to).join("")));
      pre.append(`${characters.slice(to).join("")}\n`);
    });
    return pre;
  }

  function finding(found) {
    const words = SEVERITIES[rank(found)];
    return h("li", { class: `finding ${found.severity}` },
      h("header", {},
        h("span", { class: "badge" }, words ? words[1] : found.severity),
        h("code", { class: "at" }, `${found.file}:${found.line}:${found.column}`),
        found.path ? h("code", { class: "muted at" }, found.path) : null),
      h("h3", {}, prose(found.message)),
      found.source ? source(found) : null,
      found.help.map((help) => h("p", {}, h("b", {}, "help: "), prose(help))),
      found.accepted ? h("p", {}, h("b", {}, `accepted by ${found.accepted.by}: `), found.accepted.reason) : null,
      h("p", { class: "muted" }, found.url ? h("a", { href: found.url, rel: "noreferrer" }, found.id) : h("code", {}, found.id)));
  }

  /** Shows all findings of a severity: as many as its tile counts. */
  function only(severity) {
    chosen.clear();
    chosen.add(severity);
    $("find").value = "";
    $("accepted").checked = false;
    shown = PAGE;
    findings();
  }

  function findings() {
    const wanted = $("find").value.trim().toLowerCase();
    const accepted = $("accepted").checked;
    const passes = (found) => chosen.has(found.severity) && (accepted || !found.accepted) && (!wanted || found.words.includes(wanted));
    const list = data.findings
      .filter((found) => paper || passes(found))
      .sort((a, b) => rank(a) - rank(b) || Boolean(a.accepted) - Boolean(b.accepted));
    for (const chip of $("severities").children) chip.setAttribute("aria-pressed", String(chosen.has(chip.dataset.severity)));
    $("list").replaceChildren(...(paper ? list : list.slice(0, shown)).map(finding));
    const kept = list.filter((found) => found.accepted).length;
    $("found").textContent = plural(list.length, "finding", "findings") + (kept > 0 ? `, ${kept.toLocaleString("en")} accepted` : "");
    $("more").hidden = list.length <= shown;
    $("more").textContent = `Show all ${list.length.toLocaleString("en")}`;
  }

  function findingTools() {
    for (const found of data.findings) {
      found.words = [found.file, found.id, found.message, found.path, ...found.help].join("\n").toLowerCase();
    }
    for (const [name, , several] of SEVERITIES) {
      $("severities").append(h("button", {
        type: "button", class: `chip ${name}`, "data-severity": name, "aria-pressed": "true",
        onclick: () => { if (!chosen.delete(name)) chosen.add(name); shown = PAGE; findings(); },
      }, several));
    }
    $("find").addEventListener("input", () => { shown = PAGE; findings(); });
    $("accepted").addEventListener("change", findings);
    $("more").addEventListener("click", () => { shown = Infinity; findings(); });
    const none = !data.findings.some((found) => found.accepted);
    $("accepted").closest("label").hidden = none;
  }

  // ------------------------------------------------------------------ access

  const title = (policy) => (policy.place ? `${policy.file} \u00b7 ${policy.place}` : policy.file);
  /** The service of an entry of `Action`, and the actions of the catalogue that it matches. */
  function matched(text) {
    const found = own(data.patterns, text);
    if (!found) {
      // Either the service is a pattern, or it is not an action at all.
      return /^[^:]*[*?]/.test(text) ? { service: ANY, actions: null } : { service: "not an action", actions: [], levels: new Set() };
    }
    const [service, numbers] = found;
    const known = own(data.services, service);
    const actions = numbers && known ? numbers.map((number) => known[number]) : [];
    return { service, actions, levels: new Set(actions.map(([, level]) => level)) };
  }
  const byText = new Map();
  function entry(text) {
    if (!byText.has(text)) byText.set(text, matched(text));
    return byText.get(text);
  }

  /** Whether an entry of `Action` matches an action; for entries whose service is a pattern, which have no list. */
  function matches(pattern, action) {
    const [p, t] = [pattern.toLowerCase(), action.toLowerCase()];
    let [i, j, star, from] = [0, 0, -1, 0];
    while (j < t.length) {
      if (p[i] === "*") { star = i; from = j; i += 1; }
      else if (i < p.length && (p[i] === "?" || p[i] === t[j])) { i += 1; j += 1; }
      else if (star >= 0) { from += 1; j = from; i = star + 1; }
      else return false;
    }
    return /^\**$/.test(p.slice(i));
  }

  /** What a row has in a column. */
  class Cell {
    constructor() { this.levels = new Map(); this.all = false; this.deny = false; this.partly = true; this.free = false; }
    allow(level, free) { this.levels.set(level, (this.levels.get(level) || false) || free); this.free ||= free; }
    weight() {
      if (this.all) return 100;
      const best = ORDER.findIndex((level) => this.levels.has(level));
      if (best < 0) return this.deny ? 1 : 0;
      return 10 * (ORDER.length - best) + this.levels.size;
    }
  }

  function rowsOf(mode) {
    const rows = new Map();
    const row = (key, name, sub) => {
      if (!rows.has(key)) rows.set(key, { key, name, sub, parts: [], words: [] });
      return rows.get(key);
    };
    data.policies.forEach((policy, number) => {
      if (mode === "policies") {
        const one = row(`p${number}`, title(policy), policy.unread ? policy.unread : policy.kind);
        one.words.push(title(policy), policy.kind);
        policy.statements.forEach((statement) => one.parts.push({ policy, statement }));
      } else {
        policy.statements.forEach((statement) => {
          const who = statement.who;
          const names = who ? (who.not ? [`everyone except ${who.list.join(", ")}`] : who.list) : [`any principal with ${title(policy)}`];
          for (const name of names) {
            const one = row(`w${name}`, name, who ? "named in a policy" : policy.kind);
            one.words.push(name, title(policy));
            one.parts.push({ policy, statement });
          }
        });
      }
    });
    for (const one of rows.values()) {
      for (const { statement } of one.parts) {
        one.words.push(statement.sid || "", ...statement.actions.list);
        if (statement.resources) one.words.push(...statement.resources.list);
        for (const [operator, key, values] of statement.conditions) one.words.push(operator, key, ...values);
      }
      one.words = one.words.join("\n").toLowerCase();
    }
    return [...rows.values()];
  }

  const views = { policies: rowsOf("policies") };
  const expanded = new Set();
  let sort = { key: "name", down: false };

  /** Fills a row's cells: by service, or by the actions of one service. */
  function cells(row, service, conditions) {
    const out = new Map();
    const cell = (name) => { if (!out.has(name)) out.set(name, new Cell()); return out.get(name); };
    for (const { statement } of row.parts) {
      const free = statement.conditions.length === 0;
      const allows = statement.effect === "Allow";
      if (allows && ((conditions === "without" && !free) || (conditions === "with" && free))) continue;
      const add = (name, level) => {
        if (!allows) cell(name).deny = true;
        else cell(name).allow(level, free);
      };
      const whole = (name) => { if (allows) { cell(name).all = true; cell(name).free ||= free; } else cell(name).deny = true; };
      if (statement.actions.not) {
        if (service) {
          const left = new Set(statement.actions.list.flatMap((text) => (entry(text).service === service ? entry(text).actions.map(([name]) => name) : [])));
          const wide = statement.actions.list.filter((text) => entry(text).actions === null);
          for (const [name, level] of data.services[service]) {
            if (!left.has(name) && !wide.some((text) => matches(text, `${service}:${name}`))) add(name, level);
          }
        } else whole(ANY);
        continue;
      }
      for (const text of statement.actions.list) {
        const found = entry(text);
        if (!service) {
          if (found.actions === null) whole(ANY);
          else if (found.actions.length === 0) add(found.service, "unknown");
          else for (const level of found.levels) add(found.service, level);
        } else if (found.actions === null) {
          for (const [name, level] of data.services[service]) if (matches(text, `${service}:${name}`)) add(name, level);
        } else if (found.service === service) {
          for (const [name, level] of found.actions) add(name, level);
        }
      }
    }
    return out;
  }

  function show(cell, row, column) {
    const words = [];
    const parts = [];
    if (cell.all) {
      parts.push(h("span", { class: "level l-permissions" }, "all"));
      words.push("all actions");
    }
    for (const level of ORDER) {
      if (!cell.levels.has(level)) continue;
      parts.push(h("span", { class: `level l-${level}`, "aria-hidden": "true" }, LEVELS[level][0]));
      words.push(LEVELS[level][1]);
    }
    const allowed = words.length > 0;
    if (allowed && !cell.free) { parts.push(h("span", { class: "mark", "aria-hidden": "true" }, "if")); words.push("only under conditions"); }
    if (cell.deny) { parts.push(h("span", { class: "mark deny", "aria-hidden": "true" }, "\u2212deny")); words.push("denied in part or whole"); }
    const said = words.join(", ");
    return h("td", { title: `${column}: ${said}` }, parts, h("span", { class: "hidden-text" }, said));
  }

  /** Resources by the service in their ARN. */
  function folded(resources) {
    if (!resources) return h("span", { class: "muted" }, "the resource of the policy");
    const groups = new Map();
    for (const text of resources.list) {
      const service = text === "*" ? "every resource" : (text.startsWith("arn:") && text.split(":")[2]) || "other";
      if (!groups.has(service)) groups.set(service, []);
      groups.get(service).push(text);
    }
    return h("ul", {}, [...groups].map(([service, texts]) => {
      const head = `${resources.not ? "all except " : ""}${service}`;
      if (service === "every resource") return h("li", {}, head);
      if (texts.length < 4) return h("li", {}, texts.map((text) => h("div", {}, resources.not ? "all except " : "", h("code", {}, text))));
      return h("li", {}, h("details", { open: paper }, h("summary", {}, `${head} (${texts.length})`), texts.map((text) => h("div", {}, h("code", {}, text)))));
    }));
  }

  function details(row, width) {
    const head = ["Statement", "Effect", "Actions", "Resources", "Conditions"];
    const body = row.parts.map(({ policy, statement }) => h("tr", {},
      h("th", { scope: "row" }, `${statement.number + 1}`, statement.sid ? h("span", {}, " ", h("code", {}, statement.sid)) : null,
        row.key.startsWith("w") ? h("div", { class: "muted" }, title(policy)) : null),
      h("td", {}, h("span", { class: `effect${statement.effect === "Deny" ? " deny" : ""}` }, statement.effect)),
      h("td", {}, statement.actions.not ? "all except " : "", list(statement.actions.list)),
      h("td", {}, folded(statement.resources)),
      h("td", {}, statement.conditions.length === 0 ? h("span", { class: "muted" }, "none") : h("ul", {},
        statement.conditions.map(([operator, key, values]) => h("li", {}, h("code", {}, `${operator} ${key}`), " ", list(values)))))));
    const who = row.key.startsWith("p") && row.parts.filter(({ statement }) => statement.who);
    return h("tr", { class: "details" }, h("td", { colspan: String(width) }, h("div", { class: "inner" },
      h("table", {}, h("thead", {}, h("tr", {}, head.map((text) => h("th", { scope: "col" }, text)))), h("tbody", {}, body)),
      who && who.length > 0 ? h("p", {}, h("b", {}, "Principals: "), list([...new Set(who.flatMap(({ statement }) =>
        statement.who.not ? [`everyone except ${statement.who.list.join(", ")}`] : statement.who.list))])) : null)));
  }

  function list(texts) {
    const one = (text) => h("div", {}, h("code", {}, text));
    if (texts.length < 8) return texts.map(one);
    return h("details", { open: paper }, h("summary", {}, plural(texts.length, "entry", "entries")), texts.map(one));
  }

  /** Whether a row has a text, also as an action that a pattern of it matches. */
  function searcher(wanted, rows) {
    if (!wanted) return () => true;
    const actions = Object.entries(data.services).flatMap(([service, list]) => list.map(([name]) => `${service}:${name}`));
    const hits = actions.filter((action) => action.toLowerCase().includes(wanted));
    // An action of a service that no policy names, unless it is another text that a policy has.
    if (hits.length === 0 && !rows.some((row) => row.words.includes(wanted)) && /^[a-z0-9-]+:[a-z0-9]+$/.test(wanted)) hits.push(wanted);
    const known = new Map();
    const matched = (text) => {
      if (!known.has(text)) {
        const found = entry(text);
        const names = found.actions && new Set(found.actions.map(([name]) => `${found.service}:${name}`));
        known.set(text, new Set(hits.filter((action) => (names && names.has(action)) || (!names && matches(text, action)))));
      }
      return known.get(text);
    };
    const names = ({ statement }) => (statement.actions.not
      ? hits.some((action) => !statement.actions.list.some((text) => matched(text).has(action)))
      : statement.actions.list.some((text) => matched(text).size > 0));
    return (row) => row.words.includes(wanted) || row.parts.some(names);
  }

  function header(text, key, attributes) {
    const on = sort.key === key;
    return h("th", { scope: "col", "aria-sort": on ? (sort.down ? "descending" : "ascending") : "none", ...attributes },
      h("button", { type: "button", "data-key": key, onclick: () => {
        sort = { key, down: on ? !sort.down : key !== "name" };
        matrix();
        for (const button of $("matrix").querySelectorAll("thead button")) if (button.dataset.key === key) button.focus();
      } }, text));
  }

  /** The rows that pass the filters, each with its cells, and all columns that any of them uses. */
  function selected({ mode, service, level, conditions, wanted }) {
    views[mode] ||= rowsOf(mode);
    let rows = views[mode].filter(searcher(wanted, views[mode])).map((row) => ({ row, cells: cells(row, service, conditions) }));
    const keeps = (cell) => !level || cell.levels.has(level) || (cell.all && level !== "unknown");
    if (level || service || conditions) rows = rows.filter(({ cells }) => [...cells.values()].some((cell) => keeps(cell) && (!(level || conditions) || cell.levels.size > 0 || cell.all)));
    const uses = new Map();
    for (const { cells } of rows) for (const name of cells.keys()) uses.set(name, (uses.get(name) || 0) + 1);
    const columns = [...uses.keys()].sort((a, b) => (b === ANY) - (a === ANY) || uses.get(b) - uses.get(a) || compare(a, b));
    const weight = ({ cells }) => (cells.has(sort.key) ? cells.get(sort.key).weight() : -1);
    const direction = sort.down ? -1 : 1;
    rows.sort((a, b) => (sort.key === "name" ? 0 : direction * (weight(a) - weight(b))) ||
      (sort.key === "name" ? direction : 1) * compare(a.row.name, b.row.name));
    return { rows, columns };
  }

  /** The body of a table with these rows and columns. */
  function bodyOf(rows, columns, opens) {
    const width = columns.length + 1;
    const body = [];
    for (const { row, cells } of rows) {
      const isOpen = opens && expanded.has(row.key);
      const button = h("button", { type: "button", class: "name", "aria-expanded": String(isOpen) }, row.name);
      const tr = h("tr", {}, h("th", { scope: "row" }, button, h("span", { class: "muted" }, row.sub)),
        columns.map((column) => (cells.has(column) ? show(cells.get(column), row, column) : h("td", {}))));
      button.addEventListener("click", () => {
        if (expanded.delete(row.key)) tr.nextSibling.remove();
        else { expanded.add(row.key); tr.after(details(row, width)); }
        button.setAttribute("aria-expanded", String(expanded.has(row.key)));
      });
      body.push(tr);
      if (isOpen) body.push(details(row, width));
    }
    if (rows.length === 0) body.push(h("tr", {}, h("td", { colspan: String(width) }, "Nothing matches.")));
    return h("tbody", {}, body);
  }

  const subject = (mode) => (mode === "policies" ? "Policy" : "Principal");
  const few = (count, total, mode) => `${count === total ? total.toLocaleString("en") : `${count.toLocaleString("en")} of ${total.toLocaleString("en")}`} ${mode}`;

  function matrix() {
    const mode = $("rows").value;
    const service = $("columns").value;
    const wanted = $("search").value.trim().toLowerCase();
    const found = selected({ mode, service, level: $("level").value, conditions: $("conditions").value, wanted });
    const hidden = Math.max(0, found.columns.length - MANY);
    // A search for a column must not hide it.
    const rest = found.columns.slice(MANY).filter((name) => wanted && `${service ? `${service}:` : ""}${name}`.toLowerCase().includes(wanted));
    const columns = found.columns.slice(0, MANY).concat(rest.slice(0, MANY));
    $("matrix").replaceChildren(
      h("caption", { class: "hidden-text" }, `Access of ${mode}, by ${service ? `actions of ${service}` : "service"}`),
      h("thead", {}, h("tr", {}, header(subject(mode), "name"), columns.map((column) => header(column, column)))),
      bodyOf(found.rows, columns, true));
    $("count").textContent = few(found.rows.length, views[mode].length, mode) +
      (hidden - rest.length > 0 ? `; ${hidden - rest.length} more ${service ? "actions" : "services"}, search for one to see it` : "");
  }

  /** The matrix for paper: without a filter, and with all columns, in as many tables as the page is too narrow for. */
  function onPaper() {
    const mode = $("rows").value;
    const service = $("columns").value;
    const { rows, columns } = selected({ mode, service, level: "", conditions: "", wanted: "" });
    const what = service ? `actions of ${service}` : "services";
    const tables = [];
    for (let from = 0; from === 0 || from < columns.length; from += ACROSS) {
      const here = columns.slice(from, from + ACROSS);
      // Each row is in the first table, and in those that say something about it.
      const used = rows.filter(({ cells }) => from === 0 || here.some((column) => cells.has(column)));
      const part = columns.length > ACROSS ? `, ${from + 1} to ${from + here.length} of ${columns.length.toLocaleString("en")}` : "";
      tables.push(h("table", {}, h("caption", {}, `Access of ${mode}: ${what}${part}`),
        h("thead", {}, h("tr", {}, [subject(mode), ...here].map((text) => h("th", { scope: "col" }, text)))),
        bodyOf(used, here, from === 0)));
    }
    $("paper").replaceChildren(...tables);
    $("count").textContent = few(rows.length, views[mode].length, mode) + (service ? ` that name ${service}` : "");
  }

  function accessTools() {
    const used = new Map();
    for (const policy of data.policies) {
      for (const statement of policy.statements) {
        for (const service of new Set(statement.actions.list.map((text) => entry(text).service))) used.set(service, (used.get(service) || 0) + 1);
      }
    }
    const names = [...used.keys()].filter((name) => own(data.services, name)).sort(compare);
    $("columns").append(h("option", { value: "" }, "services"), ...names.map((name) => h("option", { value: name }, `actions of ${name}`)));
    $("level").append(h("option", { value: "" }, "any"), ...ORDER.map((level) => h("option", { value: level }, LEVELS[level][1])));
    for (const id of ["rows", "columns", "level", "conditions"]) {
      $(id).addEventListener("change", () => { if (id === "columns" || id === "rows") sort = { key: "name", down: false }; matrix(); });
    }
    let timer = 0;
    $("search").addEventListener("input", () => { clearTimeout(timer); timer = setTimeout(matrix, 60); });
    $("access-note").textContent = "What the statements of each policy name, before other policies apply. Open a row for its statements, resources, and conditions.";
    $("legend").append(
      ...ORDER.map((level) => h("span", {}, h("span", { class: `level l-${level}` }, LEVELS[level][0]), ` ${LEVELS[level][1]}`)),
      h("span", {}, h("span", { class: "level l-permissions" }, "all"), " every action, all but some, or a pattern over services"),
      h("span", {}, h("span", { class: "mark" }, "if"), " only under conditions"),
      h("span", {}, h("span", { class: "mark deny" }, "\u2212deny"), " a statement denies some or all of it"));
  }

  // ------------------------------------------------------------------ changes and quotas

  function changes() {
    if (data.base === null) return;
    $("changes").hidden = false;
    $("changes-h").textContent = `Changes since ${data.base}`;
    const body = $("changes-body");
    for (const error of data.change_errors) body.append(h("p", { class: "notice" }, error));
    const real = data.changes.filter((change) => change.lines.length > 0 || change.verdict !== "equivalent");
    const same = data.changes.length - real.length;
    body.append(h("p", { class: "muted" }, `${plural(real.length, "policy", "policies")} changed, ${same.toLocaleString("en")} ${same === 1 ? "allows" : "allow"} the same as before.`));
    real.sort((a, b) => b.grows - a.grows);
    for (const change of real) {
      body.append(h("article", { class: `change ${change.grows ? "security-warning" : "clean"}` },
        h("h3", {}, h("code", {}, change.title), " ", h("span", { class: "badge" }, change.verdict)),
        listed(change.lines)));
    }
    for (const note of data.change_notes) body.append(h("p", { class: "muted" }, `note: ${note}`));
  }

  /** Lines as a list, the deeper ones in the item before them. */
  function listed(lines) {
    const top = h("ul", {});
    for (const [depth, text] of lines) {
      const last = top.lastElementChild;
      if (depth === 1 || !last) { top.append(h("li", {}, prose(text))); continue; }
      if (!last.querySelector("ul")) last.append(h("ul", { class: "muted" }));
      last.querySelector("ul").append(h("li", {}, prose(text)));
    }
    return top;
  }

  let order = { key: "used", down: true };
  function quotas() {
    const keys = { name: title, kind: (policy) => policy.kind, size: (policy) => policy.size, used: (policy) => (policy.quota ? policy.size / policy.quota : -1) };
    const sized = data.policies.filter((policy) => !policy.unread);
    const key = keys[order.key];
    sized.sort((a, b) => {
      const [x, y] = [key(a), key(b)];
      return (order.down ? -1 : 1) * (typeof x === "string" ? compare(x, y) : x - y) || compare(title(a), title(b));
    });
    const head = [["name", "Policy"], ["kind", "Kind"], ["size", "Size"], ["used", "Of its quota"]].map(([name, text]) =>
      h("th", { scope: "col", "aria-sort": order.key === name ? (order.down ? "descending" : "ascending") : "none" },
        h("button", { type: "button", "data-key": name, onclick: () => {
          order = { key: name, down: order.key === name ? !order.down : name === "size" || name === "used" };
          quotas();
          $("sizes").querySelector(`button[data-key="${name}"]`).focus();
        } }, text)));
    const rows = sized.map((policy) => {
      const share = policy.quota ? policy.size / policy.quota : 0;
      const fill = h("div", { class: `fill${share > 1 ? " over" : share >= 0.9 ? " near" : ""}` });
      fill.style.width = `${Math.min(100, share * 100)}%`;
      const percent = `${(share * 100).toFixed(share < 0.1 ? 1 : 0)}%`;
      const word = share > 1 ? " over the quota" : share >= 0.9 ? " nearly full" : "";
      return h("tr", {}, h("th", { scope: "row" }, title(policy)), h("td", {}, policy.kind),
        h("td", { class: "number" }, `${policy.size.toLocaleString("en")}${policy.open ? " or more" : ""}`),
        h("td", {}, policy.quota
          ? h("div", { class: "bar" }, h("div", { class: "track", "aria-hidden": "true" }, fill), h("span", { class: "number" }, `${percent} of ${policy.quota.toLocaleString("en")}${word}`))
          : h("span", { class: "muted" }, "no quota of its own")));
    });
    $("sizes").replaceChildren(h("caption", { class: "hidden-text" }, "Size of each policy and its quota"), h("thead", {}, h("tr", {}, head)), h("tbody", {}, rows));
  }

  function unchecked() {
    $("unchecked").hidden = data.notes.length === 0;
    $("notes").append(...data.notes.map((note) => h("li", {}, note.file ? h("code", {}, note.file) : "", note.file ? ": " : "", note.text)));
  }

  verdict();
  findingTools();
  accessTools();
  matrix();
  changes();
  quotas();
  findings();
  unchecked();
  for (const id of ["verdict", "access", "changes", "quotas", "findings", "unchecked"]) {
    if (!$(id).hidden) $("nav").append(h("a", { href: `#${id}` }, id === "unchecked" ? "Not checked" : id[0].toUpperCase() + id.slice(1)));
  }
  function print(is) {
    paper = is;
    findings();
    $("matrix").hidden = is;
    if (is) onPaper();
    else { $("paper").replaceChildren(); matrix(); }
  }
  addEventListener("beforeprint", () => print(true));
  addEventListener("afterprint", () => print(false));
  document.documentElement.dataset.ready = "true";
})();
