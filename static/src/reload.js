// A page that waits for the worker looks again by itself; without scripts its link does the same.

export function startReload(element) {
  const seconds = Number(element.dataset.reloadSeconds);
  if (seconds > 0) {
    setTimeout(() => window.location.reload(), seconds * 1000);
  }
}
