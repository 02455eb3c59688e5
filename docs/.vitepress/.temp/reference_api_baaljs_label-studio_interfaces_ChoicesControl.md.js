import { ssrRenderAttrs } from "vue/server-renderer";
import { useSSRContext } from "vue";
import { _ as _export_sfc } from "./plugin-vue_export-helper.1tPrXgE0.js";
const __pageData = JSON.parse('{"title":"Interface: ChoicesControl","description":"","frontmatter":{},"headers":[],"relativePath":"reference/api/baaljs/label-studio/interfaces/ChoicesControl.md","filePath":"reference/api/baaljs/label-studio/interfaces/ChoicesControl.md"}');
const _sfc_main = { name: "reference/api/baaljs/label-studio/interfaces/ChoicesControl.md" };
function _sfc_ssrRender(_ctx, _push, _parent, _attrs, $props, $setup, $data, $options) {
  _push(`<div${ssrRenderAttrs(_attrs)}><h1 id="interface-choicescontrol" tabindex="-1">Interface: ChoicesControl <a class="header-anchor" href="#interface-choicescontrol" aria-label="Permalink to &quot;Interface: ChoicesControl&quot;">​</a></h1><p>A Choices, Taxonomy, Rating or Number control over a text or an image that a model can answer.</p><h2 id="properties" tabindex="-1">Properties <a class="header-anchor" href="#properties" aria-label="Permalink to &quot;Properties&quot;">​</a></h2><table tabindex="0"><thead><tr><th>Property</th><th>Modifier</th><th>Type</th><th>Description</th></tr></thead><tbody><tr><td><a id="property-choice"></a> <code>choice</code></td><td><code>readonly</code></td><td><code>&quot;single&quot;</code> | <code>&quot;multiple&quot;</code></td><td>-</td></tr><tr><td><a id="property-choices"></a> <code>choices</code></td><td><code>readonly</code></td><td>readonly <code>Choice</code>[]</td><td>-</td></tr><tr><td><a id="property-dynamicchoices"></a> <code>dynamicChoices?</code></td><td><code>readonly</code></td><td><code>string</code></td><td>The expression (<code>$options</code>) whose value in each task lists further choices.</td></tr><tr><td><a id="property-isnested"></a> <code>isNested?</code></td><td><code>readonly</code></td><td><code>boolean</code></td><td>Results carry paths of choices in place of choices.</td></tr><tr><td><a id="property-name"></a> <code>name</code></td><td><code>readonly</code></td><td><code>string</code></td><td>-</td></tr><tr><td><a id="property-number"></a> <code>number?</code></td><td><code>readonly</code></td><td><code>NumberRange</code></td><td>Of a Rating or a Number, which have no choices: the numbers that it takes.</td></tr><tr><td><a id="property-shownwhen"></a> <code>shownWhen?</code></td><td><code>readonly</code></td><td>readonly <code>ShownWhen</code>[]</td><td>Where the editor shows it: always, without rules. What it does not show gets no prediction.</td></tr><tr><td><a id="property-source"></a> <code>source</code></td><td><code>readonly</code></td><td><code>ObjectSource</code></td><td>-</td></tr><tr><td><a id="property-toname"></a> <code>toName</code></td><td><code>readonly</code></td><td><code>string</code></td><td>The one object that a region names.</td></tr><tr><td><a id="property-type"></a> <code>type?</code></td><td><code>readonly</code></td><td><code>&quot;choices&quot;</code> | <code>NumberType</code> | <code>&quot;taxonomy&quot;</code></td><td>What its regions are called; <code>&quot;choices&quot;</code> by default.</td></tr></tbody></table></div>`);
}
const _sfc_setup = _sfc_main.setup;
_sfc_main.setup = (props, ctx) => {
  const ssrContext = useSSRContext();
  (ssrContext.modules || (ssrContext.modules = /* @__PURE__ */ new Set())).add("reference/api/baaljs/label-studio/interfaces/ChoicesControl.md");
  return _sfc_setup ? _sfc_setup(props, ctx) : void 0;
};
const ChoicesControl = /* @__PURE__ */ _export_sfc(_sfc_main, [["ssrRender", _sfc_ssrRender]]);
export {
  __pageData,
  ChoicesControl as default
};
