// The explorer in a notebook's cell: a frame with the page, which tells its draft to the kernel.

/**
 * @param {{ model: {
 *     get(name: string): any, set(name: string, value: unknown): void, save_changes(): void },
 *   el: HTMLElement }} given  as anywidget hands them over
 */
function render({ model, el }) {
  const frame = document.createElement("iframe");
  frame.srcdoc = model.get("page");
  frame.title = model.get("title");
  frame.sandbox.add("allow-scripts", "allow-downloads", "allow-modals");
  frame.style.cssText = "width:100%;height:820px;border:0";
  /** @param {MessageEvent} event */
  const hear = (event) => {
    const said = event.source === frame.contentWindow && event.data && event.data.seatplanDraft;
    if (typeof said !== "string" || said === model.get("draft")) return;
    model.set("draft", said);
    model.save_changes();
  };
  window.addEventListener("message", hear);
  el.append(frame);
  return () => window.removeEventListener("message", hear);
}

export default { render };
