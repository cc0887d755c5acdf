"""The words of the smaller sample documents."""

from datetime import date

GUIDE_TITLE = "Citing Sources: House Rules for the Newsroom"

GUIDE_INTRODUCTION = """
Second edition, 16 February 2026. These rules are for everyone who writes or edits. They are short
because they are meant to be kept.

# What needs a source

Every figure, every quotation and every statement that a reasonable reader might doubt needs a
source that the desk can open again. Common knowledge does not: nobody has to prove that Paris is
the capital of France.

## First hand before second hand

Cite the document itself and not the report about it. If you have only the report, say so: “as
quoted by”. Never cite a work that you have not opened.

## Unnamed sources

Two editors must know who an unnamed source is, and one of them must agree in writing to print.
The story tells the reader why the name is missing.

# How to cite

Name the author, the title and the exact place. The place is the printed page where there is one;
otherwise the section, the paragraph, the line or the minute. The table shows the same page of the
same book as seven styles cite it. We use the last row unless a partner asks for another. The book
was invented for this table.
"""

GUIDE_TABLE = (
    ("Style", "In the text", "Example"),
    (
        "Chicago, notes",
        "Raised number and footnote",
        "1. Lena Ortiz, The Paper Trail (Northgate Press, 2019), 84.",
    ),
    ("Chicago, author-date", "Author, year, page", "(Ortiz 2019, 84)"),
    ("APA", "Author, year, page with p.", "(Ortiz, 2019, p. 84)"),
    ("MLA", "Author and page", "(Ortiz 84)"),
    ("Bluebook", "Footnote, page before the year", "Lena Ortiz, The Paper Trail 84 (2019)."),
    (
        "OSCOLA",
        "Footnote, page after the year",
        "Lena Ortiz, The Paper Trail (Northgate Press 2019) 84.",
    ),
    ("House style", "Author, short title, page with p.", "(Ortiz, The Paper Trail, p. 84)"),
)

GUIDE_CHECKLIST = """
## Online sources

Save a copy on the day you read it, and cite the date of the copy. A link alone is not a source,
because the page behind it may change or disappear.

# Before the story goes to the desk

Work through the list from top to bottom. It takes about ten minutes for a story of eight hundred
words.

- Each quotation was compared with the recording or the document, letter by letter.
- Each name was checked in a second place, spelling included.
- Each figure has a unit, a date and a source.
- Each page number was read from the page and not from the viewer.
- Each cut inside a quotation is marked, and none of them changes the sense.

# Corrections

When we are wrong we say so on the same page, with the date, and we leave the old words visible in
the note. A mistake in a quotation counts as a serious mistake. The standards desk answers readers
within two working days and enters every correction in the log.
"""

EPUB_TITLE = "A Short History of Footnotes and Quotation Marks"

# A token such as {3} marks where printed page 3 begins.
EPUB_CHAPTERS = (
    """
# Marks in the margin

{1} Long before there were quotation marks there was the diple, a sign like an arrowhead. Greek
scholars wrote it in the margin of a book to draw attention to a line. M. B. Parkes follows its
story in Pause and Effect, his history of punctuation, published in 1992.

Christian scribes gave the diple a new task. In commentaries they set it beside the lines that
quoted the Bible, so that the reader could tell Scripture from explanation. Isidore of Seville, who
died in 636, describes this use in his Etymologies.

Standing in the margin, the sign could mark only whole lines. A reader learned that a line held
borrowed words, but not with which word they began or ended. {2} The printers inherited the habit.
They set a pair of commas where the scribes had drawn an arrow, and over the centuries the commas
moved from the margin into the line.

In many English books of the eighteenth century a quotation opens with inverted commas that are
repeated at the head of every following line. Only when the repetition was given up did two marks
suffice, one at each end. Other countries chose other shapes: the French write « and », and the
Germans open a quotation below the line with „ and close it above with “.
""",
    """
# Notes go down the page

{3} Medieval copies of the Bible and of Roman law often surround the text with commentary, so that
one page holds both what is explained and the explanation. The printed note grew up with this
example before its eyes.

Pierre Bayle, a French Protestant who lived in exile in Rotterdam, carried it to its limit. In his
Dictionnaire historique et critique, dated 1697, the articles are short and the remarks beneath
them are long. In the remarks he quotes his authorities, weighs them and argues with them.

{4} Edward Gibbon published the first volume of The History of the Decline and Fall of the Roman
Empire in 1776, with the notes gathered at the end. David Hume read it that spring, a few months
before his death. Writing to the publisher, William Strahan, he complained that one had to turn to
the back of the volume and often found nothing there but a reference. Hume asked for the
authorities to be printed in the margin or at the bottom of the page, and in later editions
Gibbon’s notes do stand at the foot.

Anthony Grafton tells this story in The Footnote: A Curious History, published by Harvard
University Press in 1997. A German version had appeared two years earlier. Grafton asks how
historians came to argue on two levels, with a story above and the proof below. Leopold von Ranke
is often given the credit; Grafton shows that the practice is much older.
""",
    """
# From habit to handbook

{5} For a long time every author and every printer cited as they pleased. In 1881 the zoologist
E. L. Mark, of Harvard, published a long paper on slugs in which he named author and year in
parentheses. Eli Chernin, writing in the British Medical Journal in 1988, takes it for the origin
of the “Harvard system”.

Publishers then wrote their habits down. The University of Chicago Press issued its Manual of Style
in 1906. The guide of the American law reviews, known as the Bluebook, followed in 1926. The manual
of the American Psychological Association grew from an article of seven pages in the Psychological
Bulletin of 1929. The MLA Style Sheet, compiled by William Riley Parker, came out in 1951.

{6} These books disagree about commas, brackets and the order of names. They agree about the
purpose: a reader must be able to find the passage without the writer’s help. A footnote that names
a book and no page leaves half of that work undone.

The screen has not changed the task. It has taken away the foot of the page, and with it the
footnote’s old place, but a reader with a doubt still wants to be shown the words.
""",
)

DEADLINES = (
    ("Section", "Copy due", "Pages to press", "Word limit", "Editor"),
    ("News", "18:00", "22:30", 700, "Ines Duarte"),
    ("Business", "16:30", "21:00", 900, "Tom Okafor"),
    ("Culture", "12:00", "17:00", 1200, "Hanna Weiss"),
    ("Sport", "21:15", "23:00", 600, "Pavel Novak"),
    ("Letters", "10:00", "15:00", 250, "Ines Duarte"),
    ("Weekend magazine", "Tuesday 12:00", "Thursday 14:00", 2400, "Hanna Weiss"),
)

CORRECTIONS = (
    ("Corrected on", "Story", "Printed on", "Page", "What we wrote", "What is right", "Cause"),
    (
        date(2026, 1, 9),
        "Harbour bridge reopens",
        date(2026, 1, 7),
        3,
        "The repair cost 14 million euros.",
        "The repair cost 4.1 million euros.",
        "Decimal point lost in typing",
    ),
    (
        date(2026, 1, 23),
        "A prize for the library",
        date(2026, 1, 22),
        11,
        "The librarian is Maria Lund.",
        "The librarian is Marie Lund.",
        "Name not checked",
    ),
    (
        date(2026, 2, 3),
        "Council votes on buses",
        date(2026, 1, 31),
        5,
        "“We will not raise fares.”",
        "“We will not raise fares this year.”",
        "Quotation cut without a mark",
    ),
    (
        date(2026, 2, 19),
        "Snow closes the pass",
        date(2026, 2, 18),
        1,
        "The pass is closed until Friday.",
        "The pass is closed until Sunday.",
        "Old notice used",
    ),
    (
        date(2026, 3, 6),
        "The archive goes online",
        date(2026, 3, 2),
        14,
        "Ortiz, The Paper Trail, p. 219",
        "Ortiz, The Paper Trail, p. 217",
        "Scan number cited for the printed page",
    ),
)

TALK_TITLE = "Checking a Quotation"
TALK_SUBTITLE = "Four slides for new checkers"
TALK_OPENING_NOTES = """
Welcome. The talk takes ten minutes. Its one idea is that you compare with the source and never
with your memory of the source.
"""

TALK_SLIDES = (
    (
        "Find the original",
        (
            "Ask the writer for the document, not for a link",
            "Make sure that it is the same edition",
            "Two web pages that copy each other are one source",
        ),
        """
        A sentence that appears on forty websites may come from a single mistake. Go back until
        you reach something that nobody copied: a recording, a letter, a first edition.
        """,
    ),
    (
        "Compare word by word",
        (
            "One person reads aloud, the other follows the source",
            "Read the punctuation too",
            "Look one sentence before and one sentence after",
        ),
        """
        The sentence before often holds a “not” or an “if” that the quotation has lost. Reading
        aloud is slow, and that is why it works.
        """,
    ),
    (
        "When it does not match",
        (
            "Correct the quotation, never the source",
            "If the sense changes, call the writer before you touch it",
            "No source by the deadline: turn it into indirect speech or take it out",
        ),
        """
        A quotation without a source is a rumour in good clothes. Taking it out costs one line;
        leaving it in may cost a correction.
        """,
    ),
)
