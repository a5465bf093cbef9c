from assessment.levels import load_levels


def test_five_levels_in_order_and_ten_dimensions():
    model = load_levels()
    assert [level.level for level in model.levels] == [0, 1, 2, 3, 4]
    assert "".join(model.dimensions) == "PDTRLCMOFG"
