"""Who gains and loses by going along: a plan's organisations as players, run set by set on the same futures."""
