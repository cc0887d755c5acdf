// Everything that the pages can do with scripts; without them they ask and read all the same.
import "./copies.js";
import "./keys.js";
import "./reader.js";
