// What every page needs: no double press, a question before what cannot be undone, quiet htmx.
(function () {
  "use strict";

  const all = (root, selector) => Array.from(root.querySelectorAll(selector));
  // Runs `setUp` on the page and on every fragment which htmx brings in later.
  function onContent(setUp) {
    const start = () => setUp(document);
    if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", start);
    else start();
    document.addEventListener("htmx:load", (event) => { if (event.detail.elt !== document.body) setUp(event.detail.elt); });
  }
  window.bangfu = { all, onContent };

  // ---- no second press -------------------------------------------------
  const locked = new Set();
  function submitButtons(form) {
    return Array.from(form.elements).filter((e) => (e.tagName === "BUTTON" || e.tagName === "INPUT") && e.type === "submit");
  }
  function lock(form) {
    for (const button of submitButtons(form)) {
      if (button.disabled) continue;
      button.disabled = true;
      locked.add(button);
    }
    form.setAttribute("aria-busy", "true");
  }
  function unlock(form) {
    for (const button of Array.from(locked)) {
      if (form && button.form !== form) continue;
      button.disabled = false;
      locked.delete(button);
    }
    for (const busy of form ? [form] : all(document, "form[aria-busy]")) busy.removeAttribute("aria-busy");
  }
  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (event.defaultPrevented || form.hasAttribute("data-repeatable") || form.target === "_blank") return;
    // Only after the browser has read the pressed button's own name and value.
    setTimeout(() => lock(form), 0);
  });
  // A page that comes back from the browser's memory must be usable again.
  window.addEventListener("pageshow", () => unlock(null));
  // Autosave runs beside the person's own press, so it neither locks nor unlocks.
  const pressed = (event) => event.target.tagName === "FORM" && !event.target.hasAttribute("data-autosave");
  document.addEventListener("htmx:beforeRequest", (event) => { if (pressed(event)) lock(event.target); });
  document.addEventListener("htmx:afterRequest", (event) => { if (pressed(event)) unlock(event.target); });

  // ---- asking first ----------------------------------------------------
  let dialog = null;
  let waiting = null;
  function makeDialog() {
    const box = document.createElement("dialog");
    box.className = "ask";
    box.setAttribute("aria-labelledby", "ask-text");
    box.innerHTML = '<p class="ask-text" id="ask-text"></p><div class="ask-buttons">' +
      '<button type="button" class="btn" data-ask="no">再想想</button><button type="button" class="btn btn-primary" data-ask="yes">确定</button></div>';
    document.body.append(box);
    box.addEventListener("click", (event) => {
      const answer = event.target.getAttribute("data-ask");
      if (answer) box.close(answer);
    });
    box.addEventListener("close", () => {
      const button = waiting;
      waiting = null;
      if (!button) return;
      button.focus();
      if (box.returnValue !== "yes") return;
      button.dataset.confirmed = "yes";
      button.click();
    });
    return box;
  }
  document.addEventListener("click", (event) => {
    const button = event.target.closest && event.target.closest("[data-confirm]");
    if (!button || button.disabled) return;
    if (button.dataset.confirmed === "yes") {
      delete button.dataset.confirmed;
      return;
    }
    event.preventDefault();
    event.stopImmediatePropagation();
    // What the form itself finds wrong is said before the question is asked.
    if (button.form && !button.formNoValidate && !button.form.noValidate && !button.form.reportValidity()) return;
    dialog = dialog || makeDialog();
    dialog.querySelector(".ask-text").textContent = button.dataset.confirm;
    dialog.querySelector("[data-ask=yes]").textContent = button.dataset.confirmYes || "确定";
    dialog.returnValue = "";
    waiting = button;
    dialog.showModal();
  }, true);

  // ---- htmx ------------------------------------------------------------
  let scroll = null;
  document.addEventListener("htmx:beforeSwap", (event) => { scroll = event.detail.boosted ? null : window.scrollY; });
  document.addEventListener("htmx:afterSettle", () => {
    if (scroll !== null && Math.abs(window.scrollY - scroll) > 2) window.scrollTo(0, scroll);
    scroll = null;
  });
  function say(text) {
    const region = document.getElementById("messages");
    if (!region) return;
    for (const old of all(region, "[data-trouble]")) old.remove();
    const note = document.createElement("div");
    note.className = "note note-error";
    note.setAttribute("data-trouble", "");
    note.textContent = text;
    region.append(note);
  }
  document.addEventListener("htmx:sendError", () => say("网络不通，刚才的操作没有办理，请稍后再试。"));
  document.addEventListener("htmx:responseError", (event) => say(event.detail.xhr.status === 403
    ? "您现在的岗位不能办理这一步，或页面放得太久，请刷新后再试。" : "刚才的操作没有办理，请刷新页面后再试。"));

  // ---- autosave --------------------------------------------------------
  function status(form, text, state) {
    const name = form.id;
    const places = all(form, "[data-autosave-status]").concat(name ? all(document, `[data-autosave-status="${name}"]`) : []);
    for (const place of places) {
      place.textContent = text;
      place.dataset.state = state;
    }
  }
  const savingForm = (event) => event.target.closest && event.target.closest("[data-autosave]");
  document.addEventListener("htmx:beforeRequest", (event) => { const form = savingForm(event); if (form) status(form, "正在保存…", "busy"); });
  document.addEventListener("htmx:afterRequest", (event) => {
    const form = savingForm(event);
    if (!form) return;
    const now = new Date();
    const clock = `${now.getHours()}:${String(now.getMinutes()).padStart(2, "0")}`;
    if (event.detail.successful) status(form, `已保存 ${clock}`, "good");
    else status(form, "没有保存上，请检查网络后再改一次", "bad");
  });

  // ---- uploads ---------------------------------------------------------
  document.addEventListener("htmx:xhr:progress", (event) => {
    const bar = event.target.querySelector && event.target.querySelector("progress[data-upload-progress]");
    if (!bar || !event.detail.lengthComputable) return;
    bar.hidden = event.detail.loaded >= event.detail.total;
    bar.max = event.detail.total;
    bar.value = event.detail.loaded;
  });
  document.addEventListener("change", (event) => {
    const input = event.target;
    if (input.type !== "file") return;
    const list = input.closest(".field") && input.closest(".field").querySelector("[data-file-names]");
    if (!list) return;
    const most = Number(input.dataset.maxBytes || 0);
    list.replaceChildren(...Array.from(input.files).map((file) => {
      const line = document.createElement("li");
      const tooBig = most && file.size > most;
      line.textContent = `${file.name}（${(file.size / 1048576).toFixed(1)} MB）${tooBig ? " 太大，请压缩后再传" : ""}`;
      if (tooBig) line.className = "too-big";
      return line;
    }));
  });

  // ---- copy a shown text: data-copy="#id" ----------------------------------
  document.addEventListener("click", (event) => {
    const button = event.target.closest && event.target.closest("[data-copy]");
    const shown = button && document.querySelector(button.dataset.copy);
    if (!shown) return;
    // Offices often serve pages without TLS, where navigator.clipboard does not exist.
    window.getSelection().selectAllChildren(shown);
    const done = document.execCommand("copy");
    (button.querySelector("span") || button).textContent = done ? "已复制" : "请按 Ctrl+C 复制";
  });

  // ---- tick all rows: data-tick-all="name of the boxes" --------------------
  document.addEventListener("change", (event) => {
    const name = event.target.dataset && event.target.dataset.tickAll;
    if (!name) return;
    for (const box of all(event.target.form || document, `input[name="${CSS.escape(name)}"]`)) if (!box.disabled) box.checked = event.target.checked;
  });

  // ---- small things ----------------------------------------------------
  onContent((root) => {
    const summary = root.querySelector("[data-focus]");
    if (summary) summary.focus();
    const nav = root.querySelector(".side-nav[data-active]");
    const active = nav && nav.dataset.active.trim();
    if (active) for (const link of all(nav, "a")) if (link.getAttribute("href") === active) link.setAttribute("aria-current", "page");
  });
})();
