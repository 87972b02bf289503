"""Questions to published results, as analysts and other tools put them: figures, records, exports, a vendor's other figures."""
