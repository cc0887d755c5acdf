"""The words of the sample booklet about pinpoint citations."""

TITLE = "Pinpoint Citations"
SUBTITLE = "A booklet for people who quote"

ABOUT = """
This booklet has two kinds of page numbers. The pages before the text carry small Roman numerals;
the text itself begins again with page 1. The file knows both: it holds a printed label for every
page, and its pages can also simply be counted from the front cover.

It was written by the authors of Pincite as a sample document, and it may be copied freely under
the MIT licence.
"""

BODY = """
# What a pincite is

A citation names a work. A pinpoint citation, or pincite, names the place in the work: the exact
page, paragraph or line on which the quoted words stand. The first tells a reader which book to
fetch. The second tells the same reader where to open it.

American lawyers use the word every day. In Marbury v. Madison, 5 U.S. (1 Cranch) 137, 177 (1803),
the number 137 is the page on which the report of the case begins. The number 177 is the pincite.
There Chief Justice Marshall wrote that “it is emphatically the province and duty of the judicial
department to say what the law is.” Without the second number a reader would have to search some
forty pages for one sentence.

A pincite also protects the writer. Somebody who has to name the page must look at the page, and
somebody who looks at the page notices when the words are not quite as remembered.

# Two numbers for one page

Every page of a digital book has an index: its place in the file, counted from the first image.
Many pages also have a label: the number printed on the paper. The two agree only if the book
begins with page 1 on its cover, which hardly any book does.

## Front matter

Prefaces and tables of contents are often numbered with small Roman numerals, and the main text
then starts afresh at 1. This booklet does the same, so that its page 1 is the fourth page of the
file. Since version 1.3 the PDF format can store such labels, and a good viewer shows them in place
of the index.

## Which one to cite

Cite the label whenever there is one. It stays the same in every copy of the edition, while the
index changes as soon as somebody scans the cover or drops a blank leaf. Give the index only for a
page that bears no number, and call it what it is: “image 12 of the scan”.

When a quotation runs across a page break, cite both pages, as in “pp. 14–15”, and if the exact
spot of the break matters to your argument, mark it in the quotation with a stroke or with the new
page number in square brackets.

# Paragraphs and lines

Some works are divided more finely than by pages. Since 2001 the judgments of the High Court and
the Court of Appeal in England and Wales have numbered paragraphs, and lawyers cite the paragraph
in square brackets. The number is the same on paper and on every screen.

Line numbers belong to verse, to plays and to edited manuscripts. They are also the natural pincite
for plain text files, transcripts and computer programs, which have lines but no pages. A line
number is only as stable as the line breaks, so name the edition or the version as well.

# Works without pages

The classics are cited by the pages of one old edition, whichever edition the reader owns. Plato
has Stephanus numbers, after the edition of Henri Estienne of 1578: the story of the cave begins at
Republic 514a. Aristotle has Bekker numbers, after the Berlin edition: the Nicomachean Ethics opens
at 1094a1. Scripture has chapter and verse, and Shakespeare has act, scene and line.

Web pages and electronic books reflow to fit the screen and therefore have no fixed pages. Cite the
heading, and below it count the paragraphs: “section ‘Front matter’, para. 2”. The location numbers
of one reading device mean nothing on another. For a recording, give the time in hours, minutes and
seconds. For a spreadsheet, name the sheet and the row; for a set of slides, the slide.

# Ibid., passim and other short forms

Ibid. is short for ibidem, “in the same place”. It repeats the work named in the note just before,
and a page number may follow it if the page is another one. The trouble begins when somebody later
inserts a note between the two: ibid. then points to the wrong book, and nothing looks amiss. For
that reason The Chicago Manual of Style has discouraged it since 2017 and recommends a short title
in its stead.

Passim means “here and there”. It tells the reader that a subject comes up throughout a work, and
so it is the opposite of a pincite. Use it seldom, and never for a quotation.

The letter f. after a number means “and the following page”; ff. means “and the following pages”.
Since ff. does not say where the passage ends, give the last page instead.

# Before you print

Open the source at the page you cite. Find the first word and the last word of the quotation. Check
that both stand on the page or pages you name. Write down which edition or scan you used. It takes
a minute for each note, and it is the only part of the work that a reader can repeat exactly.
"""
