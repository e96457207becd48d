"""What stands on which page."""

from ml4t_desktop.paper.sheets import Block, paged


def block(height, **more):
    return Block(height=height, paint=lambda _ink, _box: None, **more)


def numbers(blocks, pages):
    return [[blocks.index(found) for found, _ in page] for page in pages]


def test_blocks_follow_each_other_until_a_page_is_full():
    blocks = [block(40), block(40), block(40)]

    pages = paged(blocks, 100)

    assert numbers(blocks, pages) == [[0, 1], [2]]
    assert [below for _, below in pages[0]] == [0, 40]


def test_a_heading_is_never_left_alone_at_the_foot_of_a_page():
    blocks = [block(70), block(20, keeps_next=True), block(30)]

    assert numbers(blocks, paged(blocks, 100)) == [[0], [1, 2]]


def test_the_head_of_a_table_is_repeated_on_every_page():
    head = block(10, keeps_next=True)
    blocks = [head, *(block(40, head=head) for _ in range(5))]

    assert numbers(blocks, paged(blocks, 100)) == [[0, 1, 2], [0, 3, 4], [0, 5]]


def test_what_belongs_together_and_is_longer_than_a_page_goes_on_all_the_same():
    blocks = [block(10), *(block(40, keeps_next=True) for _ in range(4)), block(40)]

    assert numbers(blocks, paged(blocks, 100)) == [[0], [1, 2], [3, 4], [5]]


def test_a_block_that_begins_a_page_does_not_leave_an_empty_one_before_it():
    blocks = [block(10, begins_page=True), block(10, begins_page=True)]

    assert numbers(blocks, paged(blocks, 100)) == [[0], [1]]
