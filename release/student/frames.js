"use strict";
// Give each figure that moves the height that it asks for, and the page's theme.
(() => {
  const theme = () => ({ theme: document.body.dataset.theme || "auto" });
  const frames = () => document.querySelectorAll("iframe");
  addEventListener("message", ({ source, data }) => {
    const frame = [...frames()].find(({ contentWindow }) => contentWindow === source);
    if (!frame || !(data?.height > 0)) return;
    frame.style.height = `${Math.ceil(data.height)}px`;
    source.postMessage(theme(), "*");
  });
  new MutationObserver(() => {
    for (const { contentWindow } of frames()) contentWindow.postMessage(theme(), "*");
  }).observe(document.body, { attributeFilter: ["data-theme"] });
})();
