// Everything that the pages can do with scripts; without them they ask and read all the same.
import "./ask.js";
import "./copies.js";
import "./feedback.js";
import "./formats.js";
import "./keys.js";
import "./reader.js";
import "./removal.js";
import "./uploads.js";
