package layers

// dataset says, a row a source, where the store's data comes from, so that map,
// print and export can credit it and mark what is made up.
func dataset() *Layer {
	return &Layer{
		ID: "dataset", Title: Words{"数据来源", "Data source"}, Group: "records", Color: "#6b7280",
		Fields: in("identity",
			text("name", "名称", "Title").must(),
			text("layers", "图层", "Layers"), // ids joined by ListSeparator
			text("source", "来源", "Source"),
			text("licence", "许可", "Licence"),
			yes("synthetic", "虚构", "Made up"),
			year("year", "年份", "Year"),
			note()),
	}
}
