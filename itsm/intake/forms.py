"""The form by which a file of people or units comes in."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

MOST_BYTES = 5 * 1024 * 1024
KEPT = 1_000_000  # characters that the page carries from the check to the import


class PeopleFileForm(forms.Form):
    """A file, or the text of one that was checked a moment ago."""

    file = forms.FileField(label=_("CSV file"), help_text=_("UTF-8, at most 5 MB."))
    text = forms.CharField(widget=forms.HiddenInput, required=False, strip=False)
    complete = forms.BooleanField(
        label=_("The file lists everybody: deactivate who is not in it"), required=False, initial=True
    )
    many_leavers = forms.BooleanField(label=_("More than half may leave at once"), required=False)

    def __init__(self, *given: Any, **named: Any) -> None:
        """This will ask for a file unless a checked text came along."""
        super().__init__(*given, **named)
        carried = self.data.get("text") if self.is_bound else self.initial.get("text")
        self.fields["file"].required = not carried

    def clean_file(self) -> UploadedFile[Any] | None:
        """Refuse a file that is too big."""
        file: UploadedFile[Any] | None = self.cleaned_data.get("file")
        if file is not None and (file.size or 0) > MOST_BYTES:
            raise forms.ValidationError(gettext("The file is larger than 5 MB."))
        return file

    def clean(self) -> None:
        """Read the text of the file, or take the one that came along."""
        file: UploadedFile[Any] | None = self.cleaned_data.get("file")
        if file is not None:
            try:
                self.cleaned_data["text"] = file.read().decode("utf-8-sig")
            except UnicodeDecodeError:
                self.add_error("file", gettext("The file is not text in UTF-8. Save it as “CSV UTF-8”."))

    def again(self) -> PeopleFileForm:
        """This will give the form of the next step, carrying the text along where it is small enough."""
        text = self.cleaned_data["text"]
        kept = {name: self.cleaned_data[name] for name in ("complete", "many_leavers")}
        return PeopleFileForm(initial=kept | {"text": text if len(text) <= KEPT else ""})
