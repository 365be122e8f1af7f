// Forms: blocks that depend on an answer, rows that come and go, tidy numbers, the signature pad.
(function () {
  "use strict";

  const { all, onContent } = window.bangfu;

  // ---- a press waits for the autosave that its own click has started -------
  // Leaving a field saves it; the press that comes with the same click would carry the version of before.
  const saving = new Set();
  let held = null;
  const autosaved = (event) => (event.target.closest ? event.target.closest("[data-autosave]") : null);
  let leaving = false;
  document.addEventListener("htmx:beforeRequest", (event) => {
    if (!autosaved(event)) return;
    // The page is being sent whole: a save that was still queued would arrive after it and make the next page stale.
    if (leaving) event.preventDefault();
    else saving.add(event.detail.xhr);
  });
  document.addEventListener("htmx:afterRequest", (event) => {
    saving.delete(event.detail.xhr);
    // Later in the turn: a queued save starts first, and the new version stands in the page.
    setTimeout(() => {
      if (saving.size || !held) return;
      const { form, button } = held;
      held = null;
      if (document.contains(form)) form.requestSubmit(button && document.contains(button) ? button : undefined);
    }, 0);
  });
  window.addEventListener("submit", (event) => {
    if (!saving.size || event.target.method !== "post") return;
    event.preventDefault();
    event.stopImmediatePropagation();
    held = { form: event.target, button: event.submitter };
  }, true);
  window.addEventListener("submit", (event) => {
    if (!event.defaultPrevented && event.target.target !== "_blank") leaving = true;
  });
  window.addEventListener("pageshow", () => { leaving = false; });
  // htmx sends a form to the formaction of the button that was pressed last; a save by itself is no press.
  document.addEventListener("htmx:configRequest", (event) => {
    const form = autosaved(event);
    const by = event.detail.triggeringEvent;
    if (form && by && by.type !== "submit") event.detail.path = form.getAttribute("hx-post");
  });

  // ---- the answer to a save never overwrites what is being typed -----------
  const typedSince = new Set();
  document.addEventListener("input", (event) => { if (event.target.name) typedSince.add(event.target.name); });
  document.addEventListener("htmx:beforeRequest", (event) => { if (autosaved(event) && !leaving) typedSince.clear(); });
  document.addEventListener("htmx:oobBeforeSwap", (event) => {
    const place = event.detail.target;
    if (!place || !place.querySelectorAll) return;
    const busy = document.activeElement;
    const here = all(place, "input:not([type=hidden]), select, textarea");
    if (here.some((control) => control === busy || typedSince.has(control.name))) event.detail.shouldSwap = false;
  });

  // ---- data-show-when="field=a|b", "field!=a" or "field" ----------------
  function answers(scope, name) {
    const found = [];
    for (const input of all(scope, `[name="${CSS.escape(name)}"]`)) {
      if ((input.type === "radio" || input.type === "checkbox") && !input.checked) continue;
      if (input.tagName === "SELECT") found.push(...Array.from(input.selectedOptions, (o) => o.value));
      else found.push(input.value);
    }
    return found.filter((value) => value !== "");
  }
  function applies(scope, condition) {
    const parts = /^([^=!]+)(!?=)?(.*)$/.exec(condition.trim());
    if (!parts) return true;
    const given = answers(scope, parts[1].trim());
    if (!parts[2]) return given.length > 0;
    const hit = given.some((value) => parts[3].split("|").includes(value));
    return parts[2] === "=" ? hit : !hit;
  }
  function showBlocks(scope) {
    for (const block of all(scope, "[data-show-when]")) {
      const visible = applies(block.closest("form") || document, block.dataset.showWhen);
      block.hidden = !visible;
      // A disabled fieldset sends nothing, so a hidden answer can't slip in.
      if (block.tagName === "FIELDSET") block.disabled = !visible;
    }
  }

  // ---- chosen cards (no :has in Chromium 86) ----------------------------
  function markChoices(scope) {
    for (const choice of all(scope, ".choice")) {
      const input = choice.querySelector("input");
      choice.classList.toggle("choice-on", Boolean(input && input.checked));
    }
  }

  // ---- formsets ----------------------------------------------------------
  function renumber(set) {
    all(set, "[data-formset-row]").filter((row) => !row.hidden).forEach((row, i) => {
      for (const place of all(row, "[data-formset-number]")) place.textContent = String(i + 1);
    });
  }
  function addRow(set) {
    const total = set.querySelector(`[name="${set.dataset.formset}-TOTAL_FORMS"]`);
    const most = set.querySelector(`[name="${set.dataset.formset}-MAX_NUM_FORMS"]`);
    const count = Number(total.value);
    if (most && most.value && count >= Number(most.value)) return;
    const box = document.createElement("div");
    box.innerHTML = set.querySelector("template").innerHTML.replace(/__prefix__/g, String(count));
    const row = box.querySelector("[data-formset-row]");
    set.querySelector("[data-formset-rows]").append(row);
    total.value = String(count + 1);
    if (window.htmx) window.htmx.process(row);
    prepare(row);
    showBlocks(set);
    renumber(set);
    const first = row.querySelector("input:not([type=hidden]), select, textarea");
    if (first) first.focus();
  }
  function removeRow(row) {
    const set = row.closest("[data-formset]");
    const mark = row.querySelector('input[name$="-DELETE"]');
    // A saved row is only marked, the server removes it; numbers of the other rows must not move.
    if (mark) {
      if (mark.type === "checkbox") mark.checked = true;
      else mark.value = "on";
      row.hidden = true;
      for (const input of all(row, "[required]")) input.required = false;
      mark.dispatchEvent(new Event("change", { bubbles: true }));
    } else row.remove();
    renumber(set);
    const add = set.querySelector("[data-formset-add]");
    if (add) add.focus();
  }
  document.addEventListener("click", (event) => {
    const target = event.target.closest ? event.target : null;
    const add = target && target.closest("[data-formset-add]");
    const remove = target && target.closest("[data-formset-remove]");
    if (add) addRow(add.closest("[data-formset]"));
    if (remove) removeRow(remove.closest("[data-formset-row]"));
  });

  // ---- tidy entries --------------------------------------------------------
  const half = (text) => text.replace(/[\uFF01-\uFF5E]/g, (c) => String.fromCharCode(c.charCodeAt(0) - 0xfee0)).replace(/\u3000/g, " ");
  const TIDY = {
    citizen_id: (text) => half(text).replace(/\s/g, "").toUpperCase(),
    phone: (text) => half(text).trim(),
    card: (text) => half(text).replace(/[\s-]/g, ""),
    postcode: (text) => half(text).replace(/\s/g, ""),
    money: (text) => half(text).replace(/\s|¥|元$/g, ""),
    number: (text) => half(text).replace(/\s/g, ""),
  };

  const WEIGHTS = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2];
  // What the number itself says: {text, state}. The server checks again; this only saves a journey.
  function readCitizenId(raw) {
    const text = TIDY.citizen_id(raw);
    if (!text) return { text: "", state: "" };
    if (/^\d{15}$/.test(text)) return { text: "这是 15 位旧号码，请填写现在的 18 位号码", state: "bad" };
    if (text.length < 18) return { text: `已输入 ${text.length} 位，应为 18 位`, state: "" };
    if (!/^\d{17}[\dX]$/.test(text)) return { text: "应为 17 位数字加一位数字或 X", state: "bad" };
    const [year, month, day] = [text.slice(6, 10), text.slice(10, 12), text.slice(12, 14)].map(Number);
    const born = new Date(year, month - 1, day);
    if (born.getMonth() !== month - 1 || born.getDate() !== day || year < 1900 || born > new Date()) return { text: "其中的出生日期不对，请核对", state: "bad" };
    const sum = WEIGHTS.reduce((total, weight, i) => total + weight * Number(text[i]), 0);
    if ("10X98765432"[sum % 11] !== text[17]) return { text: "校验码不对，可能有一位输错，请核对", state: "bad" };
    return { text: `${Number(text[16]) % 2 ? "男" : "女"}，${year}年${month}月${day}日出生`, state: "good" };
  }
  document.addEventListener("input", (event) => {
    if (!event.target.dataset || event.target.dataset.mask !== "citizen_id") return;
    const field = event.target.closest(".field");
    const hint = field && field.querySelector("[data-id-hint]");
    if (!hint) return;
    const { text, state } = readCitizenId(event.target.value);
    hint.textContent = text;
    hint.dataset.state = state;
  });
  // Capture: the value is tidy before anything else (autosave) reads it.
  document.addEventListener("change", (event) => {
    const tidy = event.target.dataset && TIDY[event.target.dataset.mask];
    if (tidy) event.target.value = tidy(event.target.value);
    const scope = event.target.closest ? event.target.closest("form") || document : document;
    markChoices(scope);
    showBlocks(scope);
  }, true);
  document.addEventListener("reset", (event) => setTimeout(() => { markChoices(event.target); showBlocks(event.target); }, 0));

  // ---- signature: <canvas data-signature="id of the hidden input"> ----------
  function signature(canvas) {
    const input = document.getElementById(canvas.dataset.signature);
    const pen = canvas.getContext("2d");
    if (!input || !pen) return;
    const fit = () => {
      const ratio = window.devicePixelRatio || 1;
      if (!canvas.clientWidth) return;
      canvas.width = canvas.clientWidth * ratio;
      canvas.height = canvas.clientHeight * ratio;
      pen.scale(ratio, ratio);
      Object.assign(pen, { lineWidth: 2.5, lineCap: "round", lineJoin: "round", strokeStyle: "#111" });
    };
    let drawing = false;
    const write = (value) => {
      input.value = value;
      input.dispatchEvent(new Event("change", { bubbles: true }));
    };
    canvas.addEventListener("pointerdown", (event) => {
      if (!input.value) fit();
      drawing = true;
      canvas.setPointerCapture(event.pointerId);
      pen.beginPath();
      pen.moveTo(event.offsetX, event.offsetY);
      event.preventDefault();
    });
    canvas.addEventListener("pointermove", (event) => {
      if (!drawing) return;
      pen.lineTo(event.offsetX, event.offsetY);
      pen.stroke();
    });
    const stop = () => {
      if (!drawing) return;
      drawing = false;
      write(canvas.toDataURL("image/png"));
    };
    canvas.addEventListener("pointerup", stop);
    canvas.addEventListener("pointercancel", stop);
    for (const clear of all(document, `[data-signature-clear="${canvas.dataset.signature}"]`)) {
      clear.addEventListener("click", () => { fit(); write(""); });
    }
  }

  function prepare(root) {
    markChoices(root);
    showBlocks(root);
    for (const canvas of all(root, "canvas[data-signature]")) signature(canvas);
    for (const set of all(root, "[data-formset]")) renumber(set);
    for (const input of all(root, "[data-mask=citizen_id]")) if (input.value) input.dispatchEvent(new Event("input", { bubbles: true }));
  }
  onContent(prepare);
})();
