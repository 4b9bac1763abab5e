// The pages work without this. It takes over Airflow's light or dark, opens links of other sites although
// Airflow shows the pages in a frame that may open none, and answers several required actions at once.
"use strict";

function above() {
  try {
    return window.parent !== window ? window.parent.document : null;
  } catch {
    return null; // another site's frame
  }
}

function takeTheme() {
  const root = above()?.documentElement;
  if (!root) return;
  const follow = () => {
    const dark = root.classList.contains("dark") || root.dataset.theme === "dark";
    document.documentElement.dataset.theme = dark ? "dark" : "light";
  };
  follow();
  new MutationObserver(follow).observe(root, { attributes: true, attributeFilter: ["class", "data-theme"] });
}

// A link that Airflow's own document follows is not bound by the frame.
function followAbove(event) {
  const link = event.target.closest?.('a[target="_blank"], a[target="_top"]');
  const page = above();
  if (!link || !page) return;
  event.preventDefault();
  const copy = page.createElement("a");
  copy.href = link.href;
  copy.target = link.target === "_top" ? "_self" : "_blank";
  copy.rel = "noopener noreferrer";
  page.body.append(copy);
  copy.click();
  copy.remove();
}

async function answer(form, boxes) {
  const output = form.querySelector("output");
  const chosen = boxes.filter((box) => box.checked);
  const option = form.elements.option.value;
  const reason = form.elements.reason.value.trim();
  if (!chosen.length) return void (output.textContent = output.dataset.none);
  if (!reason && option !== "确认" && option !== "暂不公布") return void (output.textContent = output.dataset.reason);
  const button = form.querySelector("button");
  button.disabled = true;
  let sent = 0;
  const refused = [];
  for (const box of chosen) {
    const body = { chosen_options: [option], params_input: { reason, columns: "" } };
    const fits = JSON.parse(box.dataset.options).includes(option);
    const done = fits && (await fetch(box.value, {
      method: "PATCH", headers: { "Content-Type": "application/json" }, body: JSON.stringify(body),
    }).catch(() => null));
    if (done && done.ok) {
      sent += 1;
      box.checked = false;
      box.disabled = true;
    } else {
      refused.push(box.getAttribute("aria-label"));
    }
    output.textContent = `${output.dataset.sent} ${sent}`;
  }
  if (refused.length) output.textContent += `；${output.dataset.failed} ${refused.length}：${refused.join("，")}`;
  button.disabled = false;
}

takeTheme();
document.addEventListener("click", followAbove);
document.addEventListener("DOMContentLoaded", () => {
  const form = document.getElementById("answers");
  if (!form) return;
  const boxes = [...document.querySelectorAll('input[name="chosen"]')];
  const all = document.getElementById("all");
  all.addEventListener("change", () => boxes.forEach((box) => { if (!box.disabled) box.checked = all.checked; }));
  form.querySelector("button").disabled = false;
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    answer(form, boxes);
  });
});
