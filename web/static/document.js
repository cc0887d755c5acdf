// Opens a document at the quote, however the link names it.
// A citation's link carries its span in the fragment, which never reaches the server.
// The path form of the same link does, and needs no script.
function openSpan() {
  const span = /^#(\d+-\d+)$/.exec(location.hash);
  if (span) {
    const [, root, id] = location.pathname.split("/");
    location.replace(`/${root}/${id}/${span[1]}#quote`);
  }
}

addEventListener("hashchange", openSpan);
openSpan();
if (!location.hash) document.getElementById("quote")?.scrollIntoView();
