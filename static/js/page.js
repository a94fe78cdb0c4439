// Small comforts for every page. Nothing here is needed to use the page.
//
// data-print                a button prints the page
// details.user-menu, details.main-menu   close on Escape and on a click elsewhere
// .tabs a[aria-current]     a strip too narrow for all its tabs is scrolled to the chosen one

document.addEventListener("click", (event) => {
  if (event.target.closest("[data-print]")) window.print();
  for (const menu of document.querySelectorAll("details.user-menu[open], details.main-menu[open]")) {
    if (!menu.contains(event.target)) menu.open = false;
  }
});

document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape") return;
  const menu = document.querySelector("details.user-menu[open], details.main-menu[open]");
  if (!menu) return;
  menu.open = false;
  menu.querySelector("summary").focus();
});

function showChosenTabs() {
  for (const chosen of document.querySelectorAll(".tabs a[aria-current]")) {
    const strip = chosen.closest(".tabs");
    const tab = chosen.getBoundingClientRect();
    const room = strip.getBoundingClientRect();
    if (tab.left < room.left) strip.scrollLeft -= room.left - tab.left;
    else if (tab.right > room.right) strip.scrollLeft += tab.right - room.right;
  }
}
showChosenTabs();
window.addEventListener("resize", showChosenTabs);

// A details that hides an answer must not hide it on paper.
window.addEventListener("beforeprint", () => {
  for (const details of document.querySelectorAll("main details:not([open])")) {
    details.dataset.openedForPrint = "";
    details.open = true;
  }
});
window.addEventListener("afterprint", () => {
  for (const details of document.querySelectorAll("details[data-opened-for-print]")) {
    delete details.dataset.openedForPrint;
    details.open = false;
  }
});
