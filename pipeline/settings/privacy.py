"""Customers' numbers, agents' addresses and the numbers of contracts, as a house writes them."""

from __future__ import annotations

import re

from pydantic import Field, field_validator, model_validator

from pipeline.settings.section import Section


class Privacy(Section):
    """How customer identifiers become pseudonyms.

    `phone_country_code` and `phone_trunk_prefix` let "044 668 18 00" and "+41 44 668 18 00" be one customer.
    `phone_national_digits`: a number of exactly so many digits, without any prefix, is one of the country.
    `phone_outside_line`: what agents dial for a line out of the house, taken off the numbers of calls that they made.
    `agent_domains`: of agents' e-mail addresses in these the name before the @ is the agent's; one of another domain has a sign
    of that domain beside it. Without any, domains count for nothing.
    `contract_number` is a regular expression of yours, to be masked in letters behind words such as "contract".
    `key` is for public samples only; without it the key comes from CONTACT_QUALITY_KEY or a file beside the warehouse.
    """

    phone_country_code: str = Field(default="", pattern=r"^([1-9]\d{0,2})?$", examples=['"41"'])
    phone_trunk_prefix: str = Field(default="", pattern=r"^\d{0,2}$", examples=['"0"'])
    phone_national_digits: int | None = Field(default=None, ge=7, le=12)
    phone_outside_line: str = Field(default="", pattern=r"^\d{0,3}$", examples=['"9"'])
    agent_domains: tuple[str, ...] = ()
    contract_number: str = ""
    key: str | None = Field(default=None, min_length=1)

    @model_validator(mode="after")
    def says_whose_numbers(self) -> Privacy:
        if self.phone_national_digits and not self.phone_country_code:
            raise ValueError("phone_national_digits needs phone_country_code")
        is_told = self.phone_country_code and (self.phone_trunk_prefix or self.phone_national_digits)
        if self.phone_outside_line and not is_told:
            raise ValueError(
                "phone_outside_line needs phone_country_code, and phone_trunk_prefix or phone_national_digits: "
                "they tell what goes on as a number"
            )
        return self

    @field_validator("agent_domains")
    @classmethod
    def domains(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        for domain in value:
            if not re.fullmatch(r"@?[^@\s]+", domain):
                raise ValueError(f"'{domain}' is no domain such as bank.example")
        return value

    @field_validator("contract_number")
    @classmethod
    def readable(cls, value: str) -> str:
        if value:
            import duckdb

            try:
                fits_all = duckdb.connect().execute("select regexp_matches('', ?)", [value]).fetchall()[0][0]
            except duckdb.Error as error:
                told = str(error).splitlines()[0].partition(": ")[2]
                raise ValueError(rf"'{value}' is no regular expression ({told}); e.g. '\d{{7,12}}'") from None
            if fits_all:
                raise ValueError(rf"'{value}' fits a text without any sign; e.g. '\d{{7,12}}'")
        return value
