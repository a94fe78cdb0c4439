// Rows of a list: a box in the head ticks every row of the page, and Shift ticks a range.
//
// .pick input[type=checkbox]   one a row; without this module each is ticked by itself

for (const table of document.querySelectorAll(".data-table--list")) attach(table);

function attach(table) {
  const boxes = [...table.querySelectorAll("tbody .pick input")];
  const head = table.querySelector("thead .pick");
  if (!boxes.length || !head) return;
  const label = document.createElement("label");
  const all = document.createElement("input");
  all.type = "checkbox";
  label.append(all, head.querySelector(".visually-hidden"));
  head.append(label);
  let last = -1;

  all.addEventListener("change", () => {
    for (const box of boxes) box.checked = all.checked;
  });
  table.addEventListener("click", (event) => {
    const place = boxes.indexOf(event.target);
    if (place < 0) return;
    if (event.shiftKey && last >= 0) {
      const [from, to] = [Math.min(last, place), Math.max(last, place)];
      for (const box of boxes.slice(from, to + 1)) box.checked = boxes[place].checked;
    }
    last = place;
    const ticked = boxes.filter((box) => box.checked).length;
    all.checked = ticked === boxes.length;
    all.indeterminate = ticked > 0 && ticked < boxes.length;
  });
}
