import type { TemplateText } from "./compile.ts";

const page = (body: string) => `<!DOCTYPE html>
<html lang="en">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width"></head>
<body style="margin:0;background:#f6f3ee;font-family:Georgia,serif;color:#2b2b2b">
<div style="max-width:560px;margin:0 auto;padding:32px 24px;background:#ffffff">
${body}
</div>
</body>
</html>`;

const cell = 'style="padding:8px 0;border-bottom:1px solid #e5dfd5"';
const right = 'style="padding:8px 0;border-bottom:1px solid #e5dfd5;text-align:right"';

/** What a tenant sends until it has words of its own. */
export const houseTemplates: Readonly<Record<string, TemplateText>> = {
  receipt: {
    subject: "Your receipt from {{restaurant.name}}",
    html: page(`<h2>Thank you for dining with us</h2>
<p>Order #{{order.id}}<br>{{formatDate order.closedAt}}{{#if order.server}}<br>Served by {{order.server.name}}{{/if}}{{#if order.table}}<br>Table {{order.table.name}}{{/if}}</p>
<table style="width:100%;border-collapse:collapse">
<tr><th style="text-align:left">Item</th><th>Qty</th><th style="text-align:right">Price</th></tr>
{{#each order.items}}
<tr><td ${cell}>{{name}}{{#if modifiers}}<br><small>{{join modifiers ", "}}</small>{{/if}}</td><td ${cell} align="center">{{quantity}}</td><td ${right}>\${{formatCurrency price}}</td></tr>
{{/each}}
</table>
<p style="text-align:right">Subtotal \${{formatCurrency order.subtotal}}<br>Tax \${{formatCurrency order.tax}}{{#if order.tip}}<br>Tip \${{formatCurrency order.tip}}{{/if}}<br><strong>Total \${{formatCurrency order.total}}</strong></p>
{{#if receiptUrl}}<p><a href="{{receiptUrl}}">Your receipt online</a></p>{{/if}}
<p><small>{{restaurant.name}}{{#if restaurant.phone}}: questions about your order? Reply to this e-mail or call {{restaurant.phone}}{{/if}}</small></p>`),
  },
  reservation: {
    subject: 'Reservation confirmed for {{formatDate date "MMM Do"}} at {{restaurant.name}}',
    html: page(`<h2>We look forward to seeing you</h2>
<p>{{guest.name}}, your table for {{partySize}} is ready on {{formatDate date "MMM Do, YYYY"}} at {{formatDate date "HH:mm"}}.</p>
<p><small>{{restaurant.name}}{{#if restaurant.phone}}, {{restaurant.phone}}{{/if}}</small></p>`),
  },
  marketing: {
    subject: "Special wine pairing dinner this Friday",
    html: page(`<h2>A wine pairing dinner, this Friday</h2>
{{#if guest.name}}<p>Dear {{guest.name}},</p>{{/if}}
<p>{{message}}</p>
<p><small>{{restaurant.name}}. You get this because you asked for our news.{{#if unsubscribeUrl}} <a href="{{unsubscribeUrl}}">No more of them</a>{{/if}}</small></p>`),
  },
};
