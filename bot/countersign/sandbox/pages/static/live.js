// A pull request's page looks every two seconds whether something changed, and reloads unless somebody is typing.
"use strict";
const watched = document.querySelector("[data-watch]");
if (watched) {
  const typing = () => [...document.querySelectorAll("textarea, input[name=message]")].some((field) => field.value);
  const look = async () => {
    try {
      const answer = await fetch(watched.dataset.watch);
      if (answer.ok && (await answer.json()) !== watched.dataset.version && !typing()) {
        location.reload();
        return;
      }
    } catch {
      // The sandbox was stopped; the next look will tell.
    }
    setTimeout(look, 2000);
  };
  setTimeout(look, 2000);
}
for (const select of document.querySelectorAll("select[data-submit]")) {
  select.addEventListener("change", () => select.form.submit());
}
